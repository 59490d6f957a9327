package order

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// Payment is one attempt to pay an order. An order may have several: a customer whose card is declined tries another way.
type Payment struct {
	Number    int               `json:"number"` // 1 for the first
	Method    string            `json:"method"` // one of payments.Methods
	Provider  string            `json:"provider"`
	Amount    int64             `json:"amount"` // minor units of the order's currency
	State     payments.State    `json:"state"`
	Begun     time.Time         `json:"begun"`
	At        time.Time         `json:"at"`                  // when it got its state
	Reference string            `json:"reference,omitempty"` // the provider's own
	Action    payments.Action   `json:"action,omitzero"`     // what the customer has to do
	Until     time.Time         `json:"until,omitzero"`      // when the customer's time to pay ends
	Why       string            `json:"why,omitempty"`       // why it failed, in the provider's word
	Hosted    bool              `json:"hosted,omitempty"`    // the customer pays elsewhere, at a time of their own: on a provider's page, or with a voucher
	Language  string            `json:"language,omitempty"`  // of the provider's page
	Dispute   *payments.Dispute `json:"dispute,omitempty"`   // the customer's bank took the money back
}

// MaxPayments bounds the attempts to pay one order.
const MaxPayments = 10

// Attempts returns the attempts to pay the order. Of an order that an older release stored, the one is made of what it kept.
func (o Order) Attempts() []Payment {
	if len(o.Payments) > 0 || o.PaymentProvider == "" {
		return o.Payments
	}
	p := Payment{Number: 1, Method: payments.Card, Provider: o.PaymentProvider, Amount: o.Total.Minor, State: payments.Paid, Begun: o.CreatedAt, At: o.StatusAt, Reference: o.PaymentReference}
	switch {
	case o.Status == PaymentPending:
		p.State = payments.Pending
	case o.PaymentReference == "":
		p.State = payments.Failed
	}
	return []Payment{p}
}

// Attempt returns the attempt of a number.
func (o Order) Attempt(number int) (Payment, bool) {
	all := o.Attempts()
	i := slices.IndexFunc(all, func(p Payment) bool { return p.Number == number })
	if i < 0 {
		return Payment{}, false
	}
	return all[i], true
}

// Current returns the newest attempt that may still be paid.
func (o Order) Current() (Payment, bool) {
	for _, p := range slices.Backward(o.Attempts()) {
		if p.State.Open() {
			return p, true
		}
	}
	return Payment{}, false
}

// waitsForCustomer reports whether the order waits until its customer pays, on a provider's page or elsewhere.
func (o Order) waitsForCustomer() bool { return o.Status == PaymentPending && !o.PayUntil.IsZero() }

// openAttempts are those that may still be paid.
func (o Order) openAttempts() []Payment {
	return slices.DeleteFunc(slices.Clone(o.Attempts()), func(p Payment) bool { return !p.State.Open() })
}

// Unsettled reports whether the payment provider has to be asked about an order that no longer waits for its payment: another
// attempt to pay it is open, or a refund is. So does an order with a refund that failed, which waits for a person.
func (o Order) Unsettled() bool {
	_, failed := o.failedRefund()
	return o.Status != PaymentPending && (failed || len(o.openAttempts()) > 0 || slices.ContainsFunc(o.Refunds, Refund.due))
}

// PaymentKey is the idempotency key of an attempt: ChargeKey for the first, as it was when an order had one.
func (o Order) PaymentKey(number int) string { return numbered(o.ChargeKey(), number) }

// numbered adds a number to an idempotency key, unless it is 1.
func numbered(key string, number int) string {
	if number == 1 {
		return key
	}
	return key + "." + strconv.Itoa(number)
}

// ParsePaymentKey reads what PaymentKey made.
func ParsePaymentKey(key string) (of ref.Order, id int64, number int, ok bool) {
	text, is := strings.CutPrefix(key, string(ref.Charge)+":")
	text, suffix, several := strings.Cut(text, ".")
	number = 1
	if several {
		var err error
		if number, err = strconv.Atoi(suffix); err != nil || number < 2 {
			return "", 0, 0, false
		}
	}
	of, id, ok = ref.Parse(text)
	return of, id, number, ok && is
}

// WithAttempt returns the order with one more attempt to pay it, which is pending; or with the one that waits for its customer in
// this way already, as the newest: so there is one voucher, however often the customer changes their mind. It is fault.Conflict
// for an order that does not wait for its payment any more, or has MaxPayments.
func (o Order) WithAttempt(m Method, now time.Time) (Order, error) {
	all := o.Attempts()
	begun := slices.IndexFunc(all, func(p Payment) bool { return p.State == payments.ActionRequired && p.Method == m.Name })
	switch {
	case o.Status != PaymentPending:
		return o, fault.New(fault.Conflict, "the order is %s, and cannot be paid now", o.Status)
	case o.tooLateToPay(now):
		return o, fault.New(fault.Conflict, "the time to pay this order is over; order again")
	case begun >= 0:
		o.Payments = append(slices.Delete(slices.Clone(all), begun, begun+1), all[begun])
		o.PaymentProvider = all[begun].Provider
		return o, nil
	case len(all) >= MaxPayments:
		return o, fault.New(fault.LimitReached, "there were %d attempts to pay this order, and no more are possible; order again", len(all))
	}
	o.Payments = append(slices.Clone(all), o.newPayment(len(all)+1, m, now))
	o.PaymentProvider = m.Provider
	return o, nil
}

func (o Order) newPayment(number int, m Method, now time.Time) Payment {
	return Payment{
		Number: number, Method: m.Name, Provider: m.Provider, Amount: o.Total.Minor, State: payments.Pending, Begun: now, At: now,
		Until: now.Add(m.Within), Language: m.Language,
	}
}

// tooLateToPay reports whether the customer's time to pay is over.
func (o Order) tooLateToPay(now time.Time) bool { return !o.PayUntil.IsZero() && now.After(o.PayUntil) }

// Settlement is what became of an attempt to pay an order.
type Settlement struct {
	OrderID int64
	Number  int // of the attempt
	Outcome payments.Outcome
	// Waiting says that the customer waits for the answer, and needs no event to hear that the payment was declined.
	Waiting bool
}

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
	case p.State == payments.Paid, !p.State.Open() && out.State != payments.Paid:
		return o, nil, nil
	case out.Amount != (money.Amount{}) && out.Amount != o.Total:
		return o, nil, fault.New(fault.Conflict, "the provider has a payment of %s for order %d, which costs %s", out.Amount, o.ID, o.Total)
	}
	p.apply(out, now)
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

// maxDisputeText bounds what a provider says of a dispute, in bytes.
const maxDisputeText = 255

// withDispute returns the order after a customer's bank took the money of a payment back, or gave it to the shop again.
func (o Order) withDispute(number int, d payments.Dispute) (Order, error) {
	o.Payments = slices.Clone(o.Attempts())
	i := slices.IndexFunc(o.Payments, func(p Payment) bool { return p.Number == number })
	switch {
	case i < 0:
		return o, fault.New(fault.NotFound, "order %d has no payment %d", o.ID, number)
	case o.Payments[i].State != payments.Paid:
		return o, fault.New(fault.Conflict, "payment %d of order %d is %s; only what was paid can be disputed", number, o.ID, o.Payments[i].State)
	case len(d.Reference) > maxDisputeText || len(d.Reason) > maxDisputeText:
		return o, fault.InvalidField("reason", "reference and reason of a dispute must have at most %d bytes", maxDisputeText)
	case d.Amount.Currency != o.Total.Currency || d.Amount.Minor <= 0 || d.Amount.Minor > o.Payments[i].Amount:
		return o, fault.New(fault.Conflict, "a dispute over %s cannot be about payment %d of order %d", d.Amount, number, o.ID)
	}
	if before := o.Payments[i].Dispute; before == nil || before.State == payments.DisputeOpen {
		o.Payments[i].Dispute = &d
	}
	return o, nil
}

// chargedBack is how much the customer's bank has taken back, in minor units. It is not given back once more.
func (p Payment) chargedBack() int64 {
	if p.Dispute == nil || p.Dispute.State == payments.DisputeWon {
		return 0
	}
	return p.Dispute.Amount.Minor
}

// Disputed reports whether the bank of the order's customer has taken money back, and the shop may answer.
func (o Order) Disputed() bool {
	return slices.ContainsFunc(o.Payments, func(p Payment) bool { return p.Dispute != nil && p.Dispute.State == payments.DisputeOpen })
}
