package audit

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// payment is an attempt to pay an order.
type payment struct {
	Number              int
	Provider, Reference string
	Method              string
	Amount              int64
	State               string
	At                  time.Time // when it got its state
	Late                bool      // it has ended, and the shop looks for money that comes late
	Dispute             *dispute  // the first
	Disputes            []dispute // the later ones
}

// dispute is money that the customer's bank took back.
type dispute struct {
	State  string
	Amount struct{ Minor int64 }
}

// disputes returns all disputes of the payment, oldest first.
func (p payment) disputes() []dispute {
	if p.Dispute == nil {
		return nil
	}
	return append([]dispute{*p.Dispute}, p.Disputes...)
}

// refund is money that is given back, or is to be.
type refund struct {
	Number, Payment int
	Amount          int64
	Reason, State   string
	By, Second      string
	EndedBy         string
	Reference       string
	Two             bool
	At              time.Time
}

// The states of payments and refunds.
const (
	isPending        = "pending"
	isActionRequired = "action-required"
	isPaid           = "paid"
	isFailed         = "failed"
	isExpired        = "expired"
	isRefunded       = "done"
	isWithdrawn      = "withdrawn"
)

// The reasons of refunds that the shop makes by itself.
const offAgain, paidTwice, complained = "cancelled", "paid-twice", "complaint"

// readPayments reads the order's payments and refunds. Of an order that an older release stored, they are made of its other columns.
func (l *life) readPayments(payments, refunds string) error {
	if payments == "" && l.provider != "" {
		l.payments = []payment{l.onlyPayment()}
	}
	if refunds == "" && l.status == cancelled && l.paid() && l.total > 0 {
		r := refund{Number: 1, Payment: 1, Amount: l.total, Reason: offAgain, State: isPending, Reference: l.refunds, At: time.UnixMilli(l.statusAt)}
		if l.refunds != "" {
			r.State = isRefunded
		}
		l.back = []refund{r}
	}
	for text, into := range map[string]any{payments: &l.payments, refunds: &l.back} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return fmt.Errorf("the payments of order %d: %w", l.id, err)
		}
	}
	return nil
}

func (l *life) onlyPayment() payment {
	p := payment{Number: 1, Provider: l.provider, Reference: l.reference, Amount: l.total, State: isPaid}
	switch {
	case l.status == pending:
		p.State = isPending
	case !l.paid():
		p.State = isFailed
	}
	return p
}

// paidBy returns the payment that paid the order; nil if none did. The others that are paid were paid once more.
func (l *life) paidBy() *payment {
	var first *payment
	for i := range l.payments {
		switch p := &l.payments[i]; {
		case p.State != isPaid:
		case p.Reference == l.reference:
			return p
		case first == nil:
			first = p
		}
	}
	return first
}

// payment returns the payment of a number, or nil.
func (l *life) payment(number int) *payment {
	i := slices.IndexFunc(l.payments, func(p payment) bool { return p.Number == number })
	if i < 0 {
		return nil
	}
	return &l.payments[i]
}

// providers are those of the order's payments, each once.
func (l *life) providers() (names []string) {
	for _, p := range l.payments {
		if !slices.Contains(names, p.Provider) {
			names = append(names, p.Provider)
		}
	}
	return names
}

// key returns the idempotency key of the payment or refund of a number.
func (l *life) key(kind string, number int) string {
	if number == 1 {
		return keys[kind] + l.ref()
	}
	return fmt.Sprint(keys[kind], l.ref(), ".", number)
}

// givenBack adds up the refunds of a payment that are in one of these states.
func (l *life) givenBack(payment int, states ...string) (sum int64) {
	for _, r := range l.back {
		if r.Payment == payment && slices.Contains(states, r.State) {
			sum += r.Amount
		}
	}
	return sum
}

// looksLate reports whether the shop still looks for money of a payment that has ended, and gives back what it finds.
func (p payment) looksLate(k *look) bool { return p.Late && k.at.Before(p.At.Add(lateFor)) }

// waits reports whether the customer still has time to pay.
func (l *life) waits(at time.Time) bool {
	return l.status == pending && l.payUntil > 0 && at.Before(time.UnixMilli(l.payUntil).Add(payGrace))
}

// pendingSince is when the deadline of an order's status begins: for one that waits for its payment, when it no longer waits for its
// customer; for one whose delivery is booked, at that time.
func (l *life) pendingSince() int64 {
	if l.status == pending && l.payUntil > 0 {
		return max(l.statusAt, l.payUntil+payGrace.Milliseconds())
	}
	if l.status == booked {
		return max(l.statusAt, l.deliveryTime)
	}
	return l.statusAt
}
