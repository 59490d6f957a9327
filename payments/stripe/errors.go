package stripe

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	api "github.com/stripe/stripe-go/v85"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// failed says what an error of the library means. A wrong key or a rate limit can be put right, and must not end what the shop
// asks for: only what Stripe itself refuses is permanent.
func (a *account) failed(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f // there is no answer: the transport has said why
	}
	e, ok := errors.AsType[*api.Error](err)
	if !ok {
		return a.partner.Unclear(errors.New("answered with a body that is not as agreed"))
	}
	said := answer{e, a.setting}
	switch {
	case e.HTTPStatusCode == http.StatusConflict:
		return fault.Wrap(said, fault.InProgress, "Stripe is still at work on this; try again later")
	case e.HTTPStatusCode >= 500, said.keyRefused(), e.HTTPStatusCode == http.StatusTooManyRequests:
		return fault.Wrap(said, fault.Unavailable, "Stripe is not available at the moment; try again later")
	case e.Type == api.ErrorTypeIdempotency:
		return fault.Wrap(said, fault.Conflict, "Stripe has something else under this key")
	case e.HTTPStatusCode == http.StatusNotFound && e.Code == api.ErrorCodeResourceMissing:
		return fault.Wrap(said, fault.NotFound, "Stripe does not have it")
	case e.HTTPStatusCode == http.StatusNotFound: // a gateway, or a wrong base URL
		return a.partner.Unclear(said)
	}
	return fault.Wrap(said, fault.Refused, "Stripe refused this")
}

// notBegun adds payments.ErrNotBegun to the error of a Begin that Stripe certainly has not heard, or has not read.
func notBegun(err error) error {
	said, _ := errors.AsType[answer](err)
	if !errors.Is(err, partner.ErrNotDone) && !said.keyRefused() && !said.limited() {
		return err
	}
	return fault.Wrap(fmt.Errorf("%w: %w", payments.ErrNotBegun, err), fault.Unavailable, "%s", fault.ProblemOf(err).Detail)
}

// answer is Stripe's answer to a request that it does not do, as the cause of an error.
type answer struct {
	said    *api.Error
	setting string // what the key is called
}

// Error says what was answered in Stripe's codes, and where to look it up.
func (a answer) Error() string {
	text := fmt.Sprintf("answered %d: %s", a.said.HTTPStatusCode, a.code())
	if a.said.Param != "" {
		text += " (" + a.said.Param + ")"
	}
	if a.said.RequestID != "" {
		text += ", request " + a.said.RequestID
	}
	if a.keyRefused() {
		return text + ": it does not accept the " + a.setting + ", or the key may not do this"
	}
	if words := a.Unwrap(); words != nil {
		text += ": " + words.Error()
	}
	return text
}

// Unwrap returns what Stripe said in words.
func (a answer) Unwrap() error {
	if a.said.Msg == "" || a.keyRefused() {
		return nil
	}
	return fault.Quote{Text: fmt.Sprintf("%.200q", a.said.Msg)}
}

// code is the most exact of Stripe's codes.
func (a answer) code() string {
	return cmp.Or(string(a.said.DeclineCode), string(a.said.Code), string(a.said.Type), "no code")
}

func (a answer) keyRefused() bool {
	return a.said != nil && (a.said.HTTPStatusCode == http.StatusUnauthorized || a.said.HTTPStatusCode == http.StatusForbidden)
}

// limited reports whether the request came too soon after others, and was not read.
func (a answer) limited() bool {
	return a.said != nil && a.said.HTTPStatusCode == http.StatusTooManyRequests && a.said.Code != api.ErrorCodeLockTimeout
}
