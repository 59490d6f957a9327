package order

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

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
	Dispute   *payments.Dispute `json:"dispute,omitempty"`   // the customer's bank took the money back; Disputes has the later ones too

	Again []payments.Dispute `json:"disputes,omitempty"` // the bank took it back once more
	// Late says that the provider is still asked about a payment that has ended: money may come for it within LateFor.
	Late bool `json:"late,omitempty"`
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

// ByNumber returns the attempts in the order in which they were begun.
func (o Order) ByNumber() []Payment {
	return slices.SortedFunc(slices.Values(o.Attempts()), func(a, b Payment) int { return a.Number - b.Number })
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

// Current returns the attempt that may still be paid and was chosen last.
func (o Order) Current() (Payment, bool) {
	for _, p := range slices.Backward(o.Attempts()) {
		if p.State.Open() {
			return p, true
		}
	}
	return Payment{}, false
}

// ToPay returns the attempt that may still be paid and was chosen last in a way to pay, or without one in any way: of two ways that are
// chosen at once, each answer names its own.
func (o Order) ToPay(method string) (Payment, bool) {
	for _, p := range slices.Backward(o.Attempts()) {
		if p.State.Open() && p.is(method) {
			return p, true
		}
	}
	return o.Current()
}

// waitsForCustomer reports whether the order waits until its customer pays, on a provider's page or elsewhere.
func (o Order) waitsForCustomer() bool { return o.Status == PaymentPending && !o.PayUntil.IsZero() }

func (p Payment) open() bool { return p.State.Open() }

// openAttempts are those that may still be paid.
func (o Order) openAttempts() []Payment {
	return slices.DeleteFunc(slices.Clone(o.Attempts()), func(p Payment) bool { return !p.open() })
}

// Unsettled reports whether the payment provider has to be asked about an order that no longer waits for its payment: another
// attempt to pay it is open or may be paid late, or a refund is open. So does an order with a refund that failed, which waits for a
// person.
func (o Order) Unsettled() bool {
	return o.Status != PaymentPending && (o.busy() || len(o.lateAttempts()) > 0)
}

// busy reports whether anything about the order's money is open, beside payments that may be paid late.
func (o Order) busy() bool {
	_, failed := o.failedRefund()
	return failed || slices.ContainsFunc(o.Payments, Payment.open) || slices.ContainsFunc(o.Refunds, Refund.due)
}

// lateAttempts are those that have ended, and may be paid late all the same. FindLate looks for those of a declined order, unless
// they ended after it.
func (o Order) lateAttempts() (late []Payment) {
	for _, p := range o.Payments {
		if p.Late && (o.Status != PaymentDeclined || p.At.After(o.StatusAt)) {
			late = append(late, p)
		}
	}
	return late
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

// WithAttempt returns the order with one more attempt to pay it, which is pending; or with the one that may still be paid in
// this way already, as the current one: so there is one voucher, however often the customer changes their mind, and one payment,
// however often they press. It is fault.Conflict
// for an order that does not wait for its payment any more, or has MaxPayments.
func (o Order) WithAttempt(m Method, now time.Time) (Order, error) {
	all := o.Attempts()
	begun := slices.IndexFunc(all, func(p Payment) bool { return p.open() && p.Method == m.Name })
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
		Until: now.Add(m.Within), Language: cmp.Or(o.Language, m.Language),
	}
}

// tooLateToPay reports whether the customer's time to pay is over.
func (o Order) tooLateToPay(now time.Time) bool { return !o.PayUntil.IsZero() && now.After(o.PayUntil) }
