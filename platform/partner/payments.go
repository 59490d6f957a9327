package partner

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// Payments is a payment provider.
type Payments struct{ Route Route }

var _ order.Payments = Payments{}

// charge is a charge in the provider's form.
type charge struct {
	receipt
	Request chargeRequest `json:"request"`
}

type chargeRequest struct {
	OrderID  int64  `json:"orderId"`
	Amount   int64  `json:"amount"` // minor units
	Currency string `json:"currency"`
}

// Ready returns fault.Unavailable while the provider is known to be away.
func (p Payments) Ready(test bool) error { return p.Route.Client(test).Ready() }

// Charge takes the money, once for each key, and returns the provider's reference. A refusal is fault.Declined. With
// order.ErrNotCharged it was certainly not taken; after any other error, ask Find.
func (p Payments) Charge(ctx context.Context, c order.Charge) (string, error) {
	client := p.Route.Client(c.Test)
	var made charge
	if err := client.Post(ctx, "/charges", c.Key, asked(c), &made); err != nil {
		return "", ofCharge(client, err)
	}
	return made.outcome(client, c)
}

// ofCharge says what an error means for a charge.
func ofCharge(client *Client, err error) error {
	if errors.Is(err, ErrNotDone) {
		return fault.Wrap(fmt.Errorf("%w: %w", order.ErrNotCharged, err), fault.Unavailable, "%s", fault.ProblemOf(err).Detail)
	}
	return client.Refusal(err)
}

// Find returns a charge's reference; fault.NotFound if it was never made, fault.Declined if it was declined.
func (p Payments) Find(ctx context.Context, c order.Charge) (string, error) {
	client := p.Route.Client(c.Test)
	var made charge
	if err := client.Get(ctx, "/charges/"+url.PathEscape(c.Key), &made); err != nil {
		return "", err
	}
	return made.outcome(client, c)
}

// Refund gives the money of a charge back, once for each key, and returns the provider's reference. It returns
// fault.Conflict if the provider refuses, or does not have the charge.
func (p Payments) Refund(ctx context.Context, r order.Refund) (string, error) {
	client := p.Route.Client(r.Test)
	request := struct {
		ChargeKey string `json:"chargeKey"`
		Amount    int64  `json:"amount"` // minor units
		Currency  string `json:"currency"`
	}{r.ChargeKey, r.Amount.Minor, string(r.Amount.Currency)}
	return client.book(ctx, "/refunds", r.Key, request)
}

func asked(c order.Charge) chargeRequest {
	return chargeRequest{OrderID: c.OrderID, Amount: c.Amount.Minor, Currency: string(c.Amount.Currency)}
}

// outcome reads a charge. One with other terms, e.g. because two shops use the same keys, does not pay for the order.
func (c charge) outcome(client *Client, of order.Charge) (string, error) {
	switch {
	case c.Status == "declined":
		return "", fault.New(fault.Declined, "%s declined the payment", client.name)
	case c.Status != "succeeded" || c.Reference == "":
		return "", client.Unclear(fmt.Errorf("charge %s has status %q, reference %q", of.Key, c.Status, c.Reference))
	case c.Request != asked(of):
		return "", fault.Wrap(fmt.Errorf("charge %s is %+v, not %+v", of.Key, c.Request, asked(of)), fault.Conflict,
			"%s has another charge under this key", client.name)
	}
	return c.Reference, nil
}
