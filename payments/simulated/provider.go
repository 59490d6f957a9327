// Package simulated is a payment provider that speaks the shop's own protocol (package partner): the simulated one, or a
// real one that has been taught it.
//
// It guarantees, beside what payments.Provider asks: a payment with other terms than the order's is fault.Conflict; an answer
// that is not clear is fault.Unavailable, and never a decline; and a test order is charged at once, by the simulator.
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
	CallbackURL string             // where the provider tells of changes: the shop's own public address for it
	Webhook     callbacks.Verifier // checks what it tells
}

var _ payments.Provider = Provider{}

// Ready returns fault.Unavailable while the provider is known to be away.
func (p Provider) Ready(test bool) error { return p.Route.Client(test).Ready() }

// Begin charges at once, or asks for a page where the customer pays.
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

// Find asks how far a payment is, by its key.
func (p Provider) Find(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	client := p.Route.Client(r.Test)
	var made charge
	if err := client.Get(ctx, "/charges/"+url.PathEscape(r.Key), &made); err != nil {
		return payments.Outcome{}, err
	}
	return made.outcome(client, r)
}

// Refund gives money back. A provider that does not have the payment refuses, too.
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

// refundState reads the status of a refund. A provider that says nothing else has done it.
func refundState(status string) payments.RefundState {
	switch status {
	case "pending":
		return payments.RefundPending
	case "failed":
		return payments.RefundFailed
	}
	return payments.RefundDone
}
