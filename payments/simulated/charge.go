package simulated

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// Why a payment failed, when the provider does not say.
const (
	declined = "declined"
	refused  = "refused" // it did not even try
)

// terms are what is to be paid, and what for.
type terms struct {
	OrderID  int64  `json:"orderId"`
	Amount   int64  `json:"amount"` // minor units
	Currency string `json:"currency"`
}

func termsOf(r payments.Request) terms {
	return terms{OrderID: r.OrderID, Amount: r.Amount.Minor, Currency: string(r.Amount.Currency)}
}

// request is a payment in the provider's form. Without a page it is the terms alone.
type request struct {
	terms
	Method      string    `json:"method,omitempty"`
	Until       time.Time `json:"until,omitzero"`
	Email       string    `json:"email,omitempty"`
	Language    string    `json:"language,omitempty"`
	Back        string    `json:"back,omitempty"`
	CallbackURL string    `json:"callbackUrl,omitempty"`
}

// ask writes a payment in the provider's form. Its time is in whole seconds, so that it is the same when it was stored.
func (p Provider) ask(r payments.Request) request {
	if !p.Page || r.Test {
		return request{terms: termsOf(r)}
	}
	return request{
		terms: termsOf(r), Method: r.Method, Until: r.Until.UTC().Truncate(time.Second),
		Email: r.Email, Language: r.Language, Back: r.Back, CallbackURL: p.CallbackURL,
	}
}

// charge is a payment as the provider has it.
type charge struct {
	Reference string            `json:"reference"`
	Status    string            `json:"status"`
	Request   terms             `json:"request"`
	Reason    string            `json:"reason"`  // of a payment that failed
	URL       string            `json:"url"`     // while the customer has to pay: the page
	Voucher   *payments.Voucher `json:"voucher"` // likewise: what to pay with
	Until     time.Time         `json:"until"`   // likewise: how long
}

// states are the states by the provider's status.
var states = map[string]payments.State{
	"succeeded": payments.Paid, "action-required": payments.ActionRequired,
	"declined": payments.Failed, "failed": payments.Failed, "expired": payments.Expired,
}

// outcome reads a charge. One with other terms, e.g. because two shops use the same keys, does not pay for the order.
func (c charge) outcome(client *partner.Client, of payments.Request) (payments.Outcome, error) {
	out := payments.Outcome{State: states[c.Status], Reference: c.Reference, Amount: of.Amount}
	switch out.State {
	case payments.Failed:
		out.Why = cmp.Or(c.Reason, declined)
	case payments.ActionRequired:
		out.Action, out.Until = payments.Action{URL: c.URL, Voucher: c.Voucher}, c.Until.UTC()
	}
	if wrong := c.wrong(out); wrong != nil {
		return payments.Outcome{}, client.Unclear(fmt.Errorf("charge %s, %q: %w", of.Key, c.Status, wrong))
	}
	// A decline without terms is one, as it always was: it pays for nothing.
	if c.Request != termsOf(of) && out.State != payments.Failed {
		return payments.Outcome{}, fault.Wrap(fmt.Errorf("charge %s is %+v, not %+v", of.Key, c.Request, termsOf(of)), fault.Conflict,
			"%s has another charge under this key", client.Name())
	}
	return out, nil
}

// wrong says what makes a charge unclear.
func (c charge) wrong(out payments.Outcome) error {
	open := out.State == payments.ActionRequired
	switch {
	case out.State == "":
		return errors.New("the status is not known")
	case c.Reference == "" && (open || out.State == payments.Paid):
		return errors.New("it has no reference")
	case open && c.URL == "" && (c.Voucher == nil || c.Voucher.Number == ""):
		return errors.New("it says nothing that the customer can do")
	case open && c.URL != "" && !isPage(c.URL), open && c.Voucher != nil && c.Voucher.URL != "" && !isPage(c.Voucher.URL):
		return fmt.Errorf("it leads the customer to %.100q", c.URL)
	}
	return nil
}

// isPage reports whether an address is one to which a customer can be sent.
func isPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
