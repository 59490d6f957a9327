// Package simulated is the adapter for payment providers that speak the shop's own protocol (package partner): the simulated
// ones, and real ones that implement it.
//
// It guarantees, in addition to payments.Provider: a payment with other terms than the order's is fault.Conflict; an unclear
// answer is fault.Unavailable, never a decline; a test order is charged at once, by the simulator.
package simulated

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// Provider is a payment provider.
type Provider struct {
	Route       partner.Route
	Page        bool               // customers pay on the provider's page; else each payment is charged at once
	CallbackURL string             // the shop's public address for the provider's webhooks
	Webhook     callbacks.Verifier // verifies them; nil accepts none
}

var _ payments.Provider = Provider{}

// Ready returns fault.Unavailable while the provider is known to be away.
func (p Provider) Ready(test bool) error { return p.Route.Client(test).Ready() }

// Begin charges at once, or opens a page where the customer pays.
func (p Provider) Begin(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	client := p.Route.Client(r.Test)
	var made charge
	err := client.Post(ctx, "/charges", r.Key, p.ask(r), &made)
	switch {
	case err == nil:
		return made.outcome(client, r)
	case errors.Is(err, partner.ErrNotDone):
		err = fmt.Errorf("%w: %w", payments.ErrNotBegun, err)
		return payments.Outcome{}, fault.Wrap(err, fault.Unavailable, "%s", fault.ProblemOf(err).Detail)
	case fault.CodeOf(err) == fault.Declined:
		return payments.Outcome{State: payments.Failed, Amount: r.Amount, Why: declined}, nil
	}
	if err = client.Refusal(err); fault.CodeOf(err) == fault.Declined {
		return payments.Outcome{State: payments.Failed, Amount: r.Amount, Why: refused}, nil
	}
	return payments.Outcome{}, err
}

// Find returns the present state of a payment, by its key. It closes the page of one that is over; a page that cannot be closed
// stays open until the customer's time ends.
func (p Provider) Find(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	client, path := p.Route.Client(r.Test), "/charges/"+url.PathEscape(r.Key)
	var made, closed charge
	if err := client.Get(ctx, path, &made); err != nil {
		return payments.Outcome{}, err
	}
	if r.Over && states[made.Status] == payments.ActionRequired && made.Voucher == nil {
		if err := client.Post(ctx, path+"/close", r.Key, struct{}{}, &closed); err == nil {
			made = closed
		}
	}
	return made.outcome(client, r)
}

// Refund gives money back. For a payment that the provider does not have it returns fault.Conflict, too.
func (p Provider) Refund(ctx context.Context, r payments.Refund) (payments.RefundOutcome, error) {
	client := p.Route.Client(r.Test)
	request := struct {
		ChargeKey string `json:"chargeKey"`
		Amount    int64  `json:"amount"` // minor units
		Currency  string `json:"currency"`
	}{r.PaymentKey, r.Amount.Minor, string(r.Amount.Currency)}
	var made struct{ Reference, Status string }
	err := client.Post(ctx, "/refunds", r.Key, request, &made)
	switch {
	case err != nil && fault.Permanent(err):
		return payments.RefundOutcome{}, fault.Wrap(err, fault.Conflict, "%s refused the refund", client.Name())
	case err != nil:
		return payments.RefundOutcome{}, err
	case made.Reference == "":
		return payments.RefundOutcome{}, client.Unclear(fmt.Errorf("refund %s has no reference", r.Key))
	}
	return payments.RefundOutcome{State: refundState(made.Status), Reference: made.Reference}, nil
}

// refundState converts the status of a refund. Older providers have no status but succeeded, and may leave it out.
func refundState(status string) payments.RefundState {
	switch status {
	case "pending":
		return payments.RefundPending
	case "failed":
		return payments.RefundFailed
	}
	return payments.RefundDone
}
