package order

import (
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/ref"
)

// Refund is money of an order that is given back. The refunds of a payment never exceed it.
type Refund struct {
	Number    int                  `json:"number"`           // 1 for the first
	Payment   int                  `json:"payment"`          // number of the payment that it is taken from
	Amount    int64                `json:"amount"`           // minor units of the order's currency
	Reason    string               `json:"reason"`           // one of the reasons below, or a person's words
	By        string               `json:"by,omitempty"`     // who asked for it; "" for the shop itself
	Second    string               `json:"second,omitempty"` // who approved it, where it takes two persons
	Key       string               `json:"key,omitempty"`    // under which it was asked for: one refund for each
	State     payments.RefundState `json:"state"`
	At        time.Time            `json:"at"`                  // when it got its state
	Reference string               `json:"reference,omitempty"` // the provider's own
	// Two says that it waits for a second person before the provider is asked.
	Two bool `json:"two,omitempty"`
	// EndedBy is who withdrew or refused it, and EndedWhy why.
	EndedBy  string `json:"endedBy,omitempty"`
	EndedWhy string `json:"endedWhy,omitempty"`
	// Products are the pieces that it is for, in the form of event.Items; "" for a part of the price.
	Products string `json:"products,omitempty"`
}

// Why the shop gives money back by itself.
const (
	OrderWasCancelled = "cancelled"     // the order was cancelled, or paid too late
	PaidTwice         = event.PaidTwice // the order was paid by another attempt, or had ended
)

// Complained is why a person gives money back who answers a complaint: what was said about it is with the complaint.
const Complained = event.Complained

// MaxRefunds bounds the refunds of one order.
const MaxRefunds = 100

// WaitsForSecond reports whether one person has asked for the refund, and another one must approve it.
func (r Refund) WaitsForSecond() bool {
	return r.Two && r.Second == "" && r.State == payments.RefundPending
}

// due reports whether Settle gives the money back: it is pending, and no event does. That of a cancelled order is asked for by
// its event; while it is pending at the provider, Settle asks again.
func (r Refund) due() bool {
	return r.State == payments.RefundPending && (r.Reason != OrderWasCancelled || r.Reference != "") && !r.WaitsForSecond()
}

// OfSale reports whether the refund is of what was sold: the whole sale of a cancelled order is taken back when it is cancelled, and
// what was paid twice was never sold.
func (r Refund) OfSale() bool { return r.Reason != OrderWasCancelled && r.Reason != PaidTwice }

// TakesBack reports whether a refund that is done now takes back a part of the order's sale.
func (o Order) TakesBack(r Refund) bool { return o.Status.Reached(Placed) && r.OfSale() }

// failedRefund returns a refund that the provider could not pay out, and that no later one stands in for.
func (o Order) failedRefund() (Refund, bool) {
	for i, r := range o.Refunds {
		instead := func(later Refund) bool {
			return later.Payment == r.Payment && !later.State.Void() && later.Amount >= r.Amount
		}
		if r.State == payments.RefundFailed && !slices.ContainsFunc(o.Refunds[i+1:], instead) {
			return r, true
		}
	}
	return Refund{}, false
}

// refundKey is the idempotency key of a refund. That of the first is what it was when an order had one.
func (o Order) refundKey(number int) string { return numbered(o.Ref().Key(ref.Refund), number) }

// GivenBack returns the refunds of the order. Of an order that an older release stored, the one is made of what it kept.
func (o Order) GivenBack() []Refund {
	if len(o.Refunds) > 0 || len(o.Payments) > 0 || o.Status != Cancelled || !o.owed() {
		return o.Refunds
	}
	r := Refund{Number: 1, Payment: 1, Amount: o.Total.Minor, Reason: OrderWasCancelled, State: payments.RefundPending, At: o.StatusAt, Reference: o.RefundReference}
	if o.RefundReference != "" {
		r.State = payments.RefundDone
	}
	return []Refund{r}
}

// payment returns the attempt that paid the order: what is paid twice is given back by itself.
func (o Order) payment() (Payment, bool) {
	all := o.Attempts()
	i := slices.IndexFunc(all, func(p Payment) bool { return p.State == payments.Paid && p.Reference == o.PaymentReference })
	if i < 0 || !o.owed() {
		return Payment{}, false
	}
	return all[i], true
}

// Refundable is how much of what was paid for the order can still be given back, in minor units of its currency.
func (o Order) Refundable() int64 {
	p, paid := o.payment()
	if !paid {
		return 0
	}
	return max(0, p.Amount-o.refunded(p.Number)-p.chargedBack())
}

// refunded is how much of a payment is given back, or will be.
func (o Order) refunded(payment int) (sum int64) {
	for _, r := range o.GivenBack() {
		if r.Payment == payment && !r.State.Void() {
			sum += r.Amount
		}
	}
	return sum
}

// withRest returns a cancelled order with a refund of all that is left of what was paid. A refund that waits for a second person
// waits no more: all the money goes back.
func (o Order) withRest(now time.Time) Order {
	o.Refunds = slices.Clone(o.Refunds)
	for i, r := range o.Refunds {
		o.Refunds[i].Two = r.Two && !r.WaitsForSecond()
	}
	p, paid := o.payment()
	left := o.Refundable()
	if !paid || left <= 0 {
		return o
	}
	o.Refunds = append(o.Refunds, Refund{
		Number: len(o.Refunds) + 1, Payment: p.Number, Amount: left, Reason: OrderWasCancelled, State: payments.RefundPending, At: now,
	})
	return o
}

// restWhenCancelled is how much goes back when the order is cancelled now (withRest).
func (o Order) restWhenCancelled() int64 {
	sum := o.Refundable()
	for _, r := range o.GivenBack() {
		if r.WaitsForSecond() {
			sum += r.Amount
		}
	}
	return sum
}

// givenBackBefore is how much of the price of a cancelled order is given back for other reasons.
func (o Order) givenBackBefore() (sum int64) {
	for _, r := range o.Refunds {
		if r.Reason != OrderWasCancelled && r.Reason != PaidTwice && !r.State.Void() {
			sum += r.Amount
		}
	}
	return sum
}

// withRefunded returns the order after the provider answered for a refund, and whether anything changed.
func (o Order) withRefunded(number int, out payments.RefundOutcome, now time.Time) (Order, bool) {
	all := slices.Clone(o.GivenBack())
	i := slices.IndexFunc(all, func(r Refund) bool { return r.Number == number })
	if i < 0 || all[i].State == payments.RefundDone || all[i].State.Dropped() || all[i].State == out.State && all[i].Reference == out.Reference {
		return o, false
	}
	all[i].State, all[i].Reference, all[i].At = out.State, out.Reference, now
	o.Refunds = all
	if p, paid := o.payment(); paid && o.givenBack(p.Number) == p.Amount {
		o.RefundReference = out.Reference
	}
	return o, true
}

// givenBack is how much of a payment the provider has given back.
func (o Order) givenBack(payment int) (sum int64) {
	for _, r := range o.Refunds {
		if r.Payment == payment && r.State == payments.RefundDone {
			sum += r.Amount
		}
	}
	return sum
}

// toProvider is the refund as its provider is asked for it.
func (o Order) toProvider(r Refund) payments.Refund {
	p, _ := o.Attempt(r.Payment)
	return payments.Refund{
		Key: o.refundKey(r.Number), PaymentKey: o.PaymentKey(p.Number), PaymentReference: p.Reference,
		Amount: money.Amount{Minor: r.Amount, Currency: o.Total.Currency}, Test: o.TestID != 0,
	}
}
