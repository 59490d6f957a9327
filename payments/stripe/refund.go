package stripe

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	api "github.com/stripe/stripe-go/v85"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// Refund gives money of a session's payment back. Stripe forgets idempotency keys after a day or more: so it is asked first
// for what it has already given back under this key.
func (p *Provider) Refund(ctx context.Context, r payments.Refund) (payments.RefundOutcome, error) {
	a, err := p.account(r.Test)
	if err == nil {
		err = checkAmount(r.Amount)
	}
	if err != nil {
		return payments.RefundOutcome{}, refusedRefund(err)
	}
	intent, err := a.paid(ctx, r)
	if err != nil {
		return payments.RefundOutcome{}, refusedRefund(err)
	}
	made, err := a.made(ctx, intent, r)
	if err == nil && made == nil {
		made, err = a.refund(ctx, intent, r)
	}
	if err != nil {
		return payments.RefundOutcome{}, refusedRefund(err)
	}
	return a.given(made, r)
}

// refusedRefund makes what Stripe refuses, or does not have, fault.Conflict.
func refusedRefund(err error) error {
	if !fault.Permanent(err) || fault.CodeOf(err) == fault.Conflict {
		return err
	}
	return fault.Wrap(err, fault.Conflict, "Stripe refused the refund")
}

// paid is the id of the payment that a refund is of.
func (a *account) paid(ctx context.Context, r payments.Refund) (string, error) {
	if r.PaymentReference == "" {
		return "", fault.New(fault.Conflict, "the payment to refund has no reference of Stripe's")
	}
	s, err := a.session(ctx, r.PaymentReference)
	if err != nil {
		return "", err
	}
	if err := isOf(s, r.PaymentKey, r.Test); err != nil {
		return "", err
	}
	if s.PaymentIntent == nil || s.PaymentStatus != api.CheckoutSessionPaymentStatusPaid {
		return "", fault.New(fault.Conflict, "Stripe has no money of this payment")
	}
	if currency := amountOf(0, s.Currency).Currency; currency != r.Amount.Currency {
		return "", fault.New(fault.Conflict, "the payment was in %s, and is not refunded in %s", currency, r.Amount.Currency)
	}
	return s.PaymentIntent.ID, nil
}

const refunds = "/v1/refunds"

// made finds the refund that was made under the same key; nil if there is none.
func (a *account) made(ctx context.Context, intent string, r payments.Refund) (*api.Refund, error) {
	asked := &api.RefundListParams{PaymentIntent: &intent}
	asked.Limit = api.Int64(perPage)
	for range maxPages {
		list := new(api.RefundList)
		if err := a.page(ctx, refunds, asked, list, &list.ListMeta); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(list.Data, func(one *api.Refund) bool { return one.Metadata[refundName] == r.Key })
		if i >= 0 {
			return list.Data[i], nil
		}
		if !list.HasMore || len(list.Data) == 0 {
			return nil, nil
		}
		asked.StartingAfter = &list.Data[len(list.Data)-1].ID
	}
	return nil, fault.New(fault.Conflict, "the payment has too many refunds already")
}

func (a *account) refund(ctx context.Context, intent string, r payments.Refund) (*api.Refund, error) {
	asked := &api.RefundCreateParams{
		PaymentIntent: &intent,
		Amount:        &r.Amount.Minor,
		Metadata:      map[string]string{keyName: r.PaymentKey, refundName: r.Key},
	}
	asked.SetIdempotencyKey(r.Key)
	made := new(api.Refund)
	return made, a.call(ctx, http.MethodPost, refunds, asked, made)
}

// given reads a refund.
func (a *account) given(made *api.Refund, r payments.Refund) (payments.RefundOutcome, error) {
	if err := a.is(made.Object, "refund", made.ID); err != nil {
		return payments.RefundOutcome{}, err
	}
	if got := amountOf(made.Amount, made.Currency); got != r.Amount {
		return payments.RefundOutcome{}, fault.Wrap(fmt.Errorf("refund %q is of %s, not %s", made.ID, got, r.Amount), fault.Conflict,
			"Stripe has another refund under this key")
	}
	out := payments.RefundOutcome{Reference: made.ID, State: payments.RefundPending}
	switch made.Status {
	case api.RefundStatusSucceeded:
		out.State = payments.RefundDone
	case api.RefundStatusFailed, api.RefundStatusCanceled:
		out.State = payments.RefundFailed
	}
	return out, nil
}
