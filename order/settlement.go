package order

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// Settlement is what became of an attempt to pay an order.
type Settlement struct {
	OrderID int64
	Number  int // of the attempt
	Outcome payments.Outcome
	// Waiting says that the customer waits for the answer, and needs no event to hear that the payment was declined.
	Waiting bool
}

// neverBegun is why a payment failed that one request could not begin. Another request may have begun it meanwhile.
const neverBegun = "not begun"

// withOutcome returns the order with the outcome of an attempt, and the move that follows from it, if any. News about an attempt
// that is closed changes nothing, unless it is paid after all.
func (o Order) withOutcome(s Settlement, now time.Time) (after Order, move *Move, err error) {
	after = o
	after.Payments = slices.Clone(o.Attempts())
	i := slices.IndexFunc(after.Payments, func(p Payment) bool { return p.Number == s.Number })
	if i < 0 {
		return o, nil, fault.New(fault.NotFound, "order %d has no payment %d", o.ID, s.Number)
	}
	p, out := &after.Payments[i], s.Outcome
	switch {
	case p.Late && out.State != payments.Paid && now.After(p.At.Add(LateFor)):
		p.Late = false
		return after, nil, nil
	case p.State == payments.Paid, !p.State.Open() && out.State != payments.Paid, out.Why == neverBegun && p.State != payments.Pending:
		return o, nil, nil
	case out.Amount != (money.Amount{}) && out.Amount != o.Total:
		return o, nil, fault.New(fault.Conflict, "the provider has a payment of %s for order %d, which costs %s", out.Amount, o.ID, o.Total)
	}
	p.apply(out, now)
	p.Late = !out.State.Open() && out.State != payments.Paid && (p.Hosted || !s.Waiting)
	switch {
	case out.State == payments.Paid:
		return after.paidBy(*p)
	case out.State == payments.ActionRequired:
		after.PayUntil = later(o.PayUntil, p.Until)
	case !out.State.Open() && o.Status == PaymentPending && len(after.openAttempts()) == 0 && (after.PayUntil.IsZero() || after.tooLateToPay(now)):
		return after, &Move{OrderID: o.ID, To: PaymentDeclined, Reason: s.reason(after), Event: true}, nil
	}
	return after, nil, nil
}

// changedBy reports whether a provider says something new of a payment: another state, or another thing for the customer to do, such
// as to pay with the voucher that they have taken on its page.
func (p Payment) changedBy(out payments.Outcome) bool {
	return p.State != out.State || out.State == payments.ActionRequired && (!reflect.DeepEqual(p.Action, out.Action) || !p.Until.Equal(out.Until))
}

// apply takes over what a provider says of a payment.
func (p *Payment) apply(out payments.Outcome, now time.Time) {
	if p.State != out.State {
		p.At = now
	}
	p.State, p.Why, p.Action = out.State, out.Why, out.Action
	p.Hosted = p.Hosted || out.State == payments.ActionRequired
	p.Reference = cmp.Or(out.Reference, p.Reference)
	if !out.Until.IsZero() {
		p.Until = out.Until
	}
}

// reason says why an order is PAYMENT_DECLINED.
func (s Settlement) reason(o Order) string {
	switch {
	case !o.PayUntil.IsZero():
		return NotPaid
	case s.Waiting:
		return ""
	}
	return NotConfirmed
}

// paidBy returns the order after an attempt to pay it was paid: it is paid by it, or the money goes back.
func (o Order) paidBy(p Payment) (Order, *Move, error) {
	switch o.Status {
	case PaymentPending:
		o.PaymentProvider = p.Provider
		return o, &Move{OrderID: o.ID, To: Created, PaymentReference: p.Reference, Event: true}, nil
	case PaymentDeclined:
		o.PaymentProvider = p.Provider
		return o, &Move{OrderID: o.ID, To: Cancelled, Reason: PaidTooLate, PaymentReference: p.Reference}, nil
	}
	o.Refunds = append(slices.Clone(o.Refunds), Refund{Number: len(o.Refunds) + 1, Payment: p.Number, Amount: p.Amount, Reason: PaidTwice, State: payments.RefundPending, At: p.At})
	return o, nil, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
