package partner

import (
	"errors"
	"fmt"
	"regexp"

	gomail "github.com/wneessen/go-mail"

	"acme.example/webshop/platform/fault"
)

// NoUTF8 refuses an address with non-ASCII letters before the @, which the mail server does not accept.
func NoUTF8() *fault.Error {
	f := fault.InvalidField("email", "must have only letters from a to z, digits and the like before the @")
	f.Cause = errNoUTF8
	return f
}

// mailFault returns why a mail was refused. If a server refuses the sender or password, the mail is tried again.
func mailFault(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, errNoUTF8) {
		return NoUTF8()
	}
	if own, ok := errors.AsType[*fault.Error](err); ok {
		return own
	}
	refused, ok := errors.AsType[*gomail.SendError](err)
	if ok { // the error has the customer's address, and so may the server's text
		err = fault.Quote{Text: err.Error(), Cause: err}
		if code := refused.ErrorCode(); code != 0 {
			err = withStatus{fmt.Errorf("answered %d: %w", code, err), code}
		}
	}
	if !ok || refused.ErrorCode() < 500 {
		return fault.Wrap(err, fault.Unavailable, "the mail server does not take the mail at the moment")
	}
	switch {
	case securityOrPolicy.MatchString(refused.Error()):
		return fault.Wrap(err, fault.Unavailable, "the mail server does not take mail from the shop")
	case refused.Reason == gomail.ErrSMTPRcptTo:
		f := fault.InvalidField("email", "the mail server refuses this address")
		f.Cause = err
		return f
	case refused.Reason == gomail.ErrSMTPDataClose:
		return fault.Wrap(err, fault.Invalid, "the mail server refuses the mail")
	default:
		return fault.Wrap(err, fault.Unavailable, "the mail server does not take mail from the shop")
	}
}

// securityOrPolicy finds the enhanced status codes 5.7.x (RFC 3463, 3.8), by which a server refuses the shop: it is not
// allowed, not authenticated, or blocked. Neither the address nor the mail is to blame, whichever command was refused.
// The library returns the code only for servers that announce such codes; others send them too.
var securityOrPolicy = regexp.MustCompile(`\b5\d\d "?5\.7\.\d{1,3}\b`)

// ofServer returns the error if the server is down: no connection, no answer, an error before the recipient was named, or
// one after which it hangs up. Any other error is about this mail or its recipient.
func ofServer(err error) error {
	refused, answered := errors.AsType[*gomail.SendError](err)
	if !answered {
		if errors.Is(err, errNoUTF8) {
			return nil
		}
		return err
	}
	early := refused.Reason == gomail.ErrConnCheck || refused.Reason == gomail.ErrSMTPMailFrom
	if code := refused.ErrorCode(); code == 0 || code == closingDown || early {
		return err
	}
	return nil
}

// closingDown is the code with which a server hangs up (RFC 5321, 3.8).
const closingDown = 421

// wasDead reports whether a kept connection was closed before the server received anything of the mail.
func wasDead(err error) bool {
	e, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return false
	}
	early := e.Reason == gomail.ErrConnCheck || e.Reason == gomail.ErrSMTPMailFrom
	return early && (e.ErrorCode() == 0 || e.ErrorCode() == closingDown)
}

// reusable reports whether the connection is ready for a new mail: the last one was accepted, or refused before its
// content.
func reusable(err error) bool {
	if err == nil || errors.Is(err, errNoUTF8) {
		return true
	}
	e, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return false
	}
	early := e.Reason == gomail.ErrSMTPMailFrom || e.Reason == gomail.ErrSMTPRcptTo
	return early && e.ErrorCode() != 0 && e.ErrorCode() != closingDown
}
