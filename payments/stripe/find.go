package stripe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// Find asks for a payment's session. When the customer's time is over, or the payment, and the page is still open, it closes the
// page, so that nobody pays there any more. Without a reference Stripe cannot be asked: but Begin under the same key returns the same session.
func (p *Provider) Find(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	a, err := p.account(r.Test)
	if err != nil {
		return payments.Outcome{}, err
	}
	if r.Reference == "" {
		return payments.Outcome{}, fault.New(fault.NotFound, "Stripe's session is not known here")
	}
	s, err := a.session(ctx, r.Reference)
	if err != nil {
		return payments.Outcome{}, err
	}
	out, err := a.outcome(s, r)
	over := r.Over || !r.Until.IsZero() && !p.now().Before(r.Until)
	if err == nil && s.Status == api.CheckoutSessionStatusOpen && over {
		return a.close(ctx, r)
	}
	return out, err
}

// session reads a session with its payment.
func (a *account) session(ctx context.Context, id string) (*api.CheckoutSession, error) {
	s := new(api.CheckoutSession)
	err := a.call(ctx, http.MethodGet, api.FormatURLPath(sessions+"/%s", id), &api.CheckoutSessionRetrieveParams{Expand: withPayment()}, s)
	if err != nil {
		return nil, err
	}
	return s, a.is(s.Object, "checkout.session", s.ID)
}

// close closes the page of a payment, unless the customer was faster.
func (a *account) close(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	s, path := new(api.CheckoutSession), api.FormatURLPath(sessions+"/%s/expire", r.Reference)
	err := a.call(ctx, http.MethodPost, path, &api.CheckoutSessionExpireParams{Expand: withPayment()}, s)
	if err == nil {
		err = a.is(s.Object, "checkout.session", s.ID)
	}
	if fault.CodeOf(err) == fault.Refused { // it is open no more
		s, err = a.session(ctx, r.Reference)
	}
	if err != nil {
		return payments.Outcome{}, err
	}
	return a.outcome(s, r)
}

// outcome reads a session. One with other terms pays for nothing here, e.g. when two shops share an account.
func (a *account) outcome(s *api.CheckoutSession, r payments.Request) (payments.Outcome, error) {
	if err := isOf(s, r.Key, r.Test); err != nil {
		return payments.Outcome{}, err
	}
	if s.Metadata[orderName] != orderOf(r) {
		return payments.Outcome{}, another("session %s is of order %.20q, not %s", s.ID, s.Metadata[orderName], orderOf(r))
	}
	out := payments.Outcome{Reference: s.ID, Amount: amountOf(s.AmountTotal, s.Currency)}
	if out.Amount != r.Amount {
		return payments.Outcome{}, another("session %s is about %s, not %s", s.ID, out.Amount, r.Amount)
	}
	var wrong error
	switch {
	case s.PaymentStatus == api.CheckoutSessionPaymentStatusPaid:
		out.State = payments.Paid
	case s.Status == api.CheckoutSessionStatusExpired:
		out.State = payments.Expired
	case s.Status == api.CheckoutSessionStatusOpen && s.URL != "":
		out.State, out.Action.URL, out.Until = payments.ActionRequired, s.URL, ends(s.ExpiresAt, r)
	case s.Status == api.CheckoutSessionStatusComplete && s.PaymentIntent != nil:
		out, wrong = unpaid(out, s.PaymentIntent)
	default:
		wrong = errors.New("it says nothing that the shop knows")
	}
	if wrong != nil {
		return payments.Outcome{}, a.partner.Unclear(fmt.Errorf("session %s, status %q, payment %q: %w", s.ID, s.Status, s.PaymentStatus, wrong))
	}
	return out, nil
}

// is checks that an answer has an object of a kind: a gateway may answer an empty "200 OK".
func (a *account) is(object, kind, id string) error {
	if object == kind && id != "" {
		return nil
	}
	return a.partner.Unclear(fmt.Errorf("answered with the object %q of kind %q, not with a %s", id, object, kind))
}

// isOf checks that a session is of a payment.
func isOf(s *api.CheckoutSession, key string, test bool) error {
	if s.Metadata[keyName] != key || s.Livemode == test {
		return another("session %s (live: %t) is of payment %.100q, not %q", s.ID, s.Livemode, s.Metadata[keyName], key)
	}
	return nil
}

// another is the error for a session that does not pay for what was asked about.
func another(format string, args ...any) error {
	return fault.Wrap(fmt.Errorf(format, args...), fault.Conflict, "Stripe has another payment under this reference")
}

// ends is when the customer's time on the page ends.
func ends(page int64, r payments.Request) time.Time {
	if at := time.Unix(page, 0).UTC(); r.Until.IsZero() || at.Before(r.Until) {
		return at
	}
	return r.Until.UTC()
}

// unpaid reads the payment of a session that the customer has been through without paying yet: with a voucher, or with what
// a bank has still to say.
func unpaid(out payments.Outcome, i *api.PaymentIntent) (payments.Outcome, error) {
	switch i.Status {
	case api.PaymentIntentStatusRequiresPaymentMethod, api.PaymentIntentStatusCanceled:
		out.State, out.Why = ended(i)
	case api.PaymentIntentStatusRequiresAction:
		if i.NextAction == nil || i.NextAction.OXXODisplayDetails == nil || i.NextAction.OXXODisplayDetails.Number == "" {
			return out, errors.New("the customer has to do something that the shop does not know")
		}
		oxxo := i.NextAction.OXXODisplayDetails
		out.State, out.Until = payments.ActionRequired, time.Unix(oxxo.ExpiresAfter, 0).UTC()
		out.Action.Voucher = &payments.Voucher{Number: oxxo.Number, URL: oxxo.HostedVoucherURL}
	default:
		out.State = payments.Pending
	}
	return out, nil
}

// ended says how a payment ended without money, and why.
func ended(i *api.PaymentIntent) (payments.State, string) {
	if i.LastPaymentError == nil {
		return payments.Failed, cmp.Or(string(i.CancellationReason), string(i.Status))
	}
	if i.LastPaymentError.Code == api.ErrorCodePaymentIntentPaymentAttemptExpired {
		return payments.Expired, ""
	}
	return payments.Failed, answer{said: i.LastPaymentError}.code()
}
