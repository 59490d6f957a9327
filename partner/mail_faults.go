package partner

import (
	"errors"
	"fmt"

	gomail "github.com/wneessen/go-mail"

	"acme.example/webshop/fault"
)

// mailFault says whose fault it is that a mail was not taken. A server that refuses our sender, or our password, is
// set right by us: the mail is tried again.
func mailFault(err error) error {
	if err == nil {
		return nil
	}
	refused, ok := errors.AsType[*gomail.SendError](err)
	if ok { // it names the customer's address, and what the server says may
		err = fault.Quote{Text: err.Error(), Cause: err}
		if code := refused.ErrorCode(); code != 0 {
			err = fmt.Errorf("answered %d: %w", code, err)
		}
	}
	if !ok || refused.ErrorCode() < 500 {
		return fault.Wrap(err, fault.Unavailable, "the mail server does not take the mail at the moment")
	}
	switch refused.Reason {
	case gomail.ErrSMTPRcptTo:
		f := fault.InvalidField("email", "the mail server refuses this address")
		f.Cause = err
		return f
	case gomail.ErrSMTPDataClose:
		return fault.Wrap(err, fault.Invalid, "the mail server refuses the mail")
	default:
		return fault.Wrap(err, fault.Unavailable, "the mail server does not take mail from the shop")
	}
}

// closingDown is what a server says before it hangs up (RFC 5321, 3.8).
const closingDown = 421

// wasDead reports whether a kept connection was gone before the server heard of the mail.
func wasDead(err error) bool {
	e, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return false
	}
	early := e.Reason == gomail.ErrConnCheck || e.Reason == gomail.ErrSMTPMailFrom
	return early && (e.ErrorCode() == 0 || e.ErrorCode() == closingDown)
}

// reusable reports whether the connection is at the beginning of a new mail: the last was taken, or was refused before
// its content.
func reusable(err error) bool {
	e, ok := errors.AsType[*gomail.SendError](err)
	if err == nil || !ok {
		return err == nil
	}
	early := e.Reason == gomail.ErrSMTPMailFrom || e.Reason == gomail.ErrSMTPRcptTo
	return early && e.ErrorCode() != 0 && e.ErrorCode() != closingDown
}
