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

// The reasons of failed payments for which the provider gives none.
const (
	declined = "declined"
	refused  = "refused" // the provider rejected the request
)

// terms are the part of a payment that must be the same when it is found again.
type terms struct {
	OrderID  int64  `json:"orderId"`
	Amount   int64  `json:"amount"` // minor units
	Currency string `json:"currency"`
}

func termsOf(r payments.Request) terms {
	return terms{OrderID: r.OrderID, Amount: r.Amount.Minor, Currency: string(r.Amount.Currency)}
}

// request is the body of POST /charges. Without a page it has only the terms.
type request struct {
	terms
	Method      string    `json:"method,omitempty"`
	Until       time.Time `json:"until,omitzero"`
	Email       string    `json:"email,omitempty"`
	Language    string    `json:"language,omitempty"`
	Back        string    `json:"back,omitempty"`
	CallbackURL string    `json:"callbackUrl,omitempty"`
}

// ask returns the request for a payment. Its time is in whole seconds, so that a repeated request is the same after the time
// was stored.
func (p Provider) ask(r payments.Request) request {
	if !p.Page || r.Test {
		return request{terms: termsOf(r)}
	}
	return request{
		terms: termsOf(r), Method: r.Method, Until: r.Until.UTC().Truncate(time.Second),
		Email: r.Email, Language: r.Language, Back: r.Back, CallbackURL: p.CallbackURL,
	}
}

// charge is the provider's answer about a payment.
type charge struct {
	Reference string            `json:"reference"`
	Status    string            `json:"status"`
	Request   terms             `json:"request"`
	Reason    string            `json:"reason"`  // of a payment that failed
	URL       string            `json:"url"`     // the page; of action-required, as the next two
	Voucher   *payments.Voucher `json:"voucher"` // what to pay with elsewhere
	Until     time.Time         `json:"until"`   // end of the time to pay
}

// states maps the provider's statuses.
var states = map[string]payments.State{
	"succeeded": payments.Paid, "action-required": payments.ActionRequired,
	"declined": payments.Failed, "failed": payments.Failed, "expired": payments.Expired,
}

// outcome converts a charge. It returns fault.Conflict for one with other terms, e.g. because two shops use the same keys.
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
	// A declined payment may come without terms: it pays for nothing.
	if c.Request != termsOf(of) && out.State != payments.Failed {
		return payments.Outcome{}, fault.Wrap(fmt.Errorf("charge %s is %+v, not %+v", of.Key, c.Request, termsOf(of)), fault.Conflict,
			"%s has another charge under this key", client.Name())
	}
	return out, nil
}

// wrong returns an error for a charge that does not follow the protocol.
func (c charge) wrong(out payments.Outcome) error {
	open := out.State == payments.ActionRequired
	switch {
	case out.State == "":
		return errors.New("the status is not known")
	case c.Reference == "" && (open || out.State == payments.Paid):
		return errors.New("it has no reference")
	case open && c.URL == "" && (c.Voucher == nil || c.Voucher.Number == ""):
		return errors.New("it has neither a page nor a voucher")
	case open && c.URL != "" && !isPage(c.URL), open && c.Voucher != nil && c.Voucher.URL != "" && !isPage(c.Voucher.URL):
		return fmt.Errorf("it sends the customer to %.100q", c.URL)
	}
	return nil
}

// isPage reports whether the shop may send a customer to an address.
func isPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
