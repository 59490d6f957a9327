package order

import (
	"slices"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

const (
	maxDisputeText = 255 // bounds what a provider says of a dispute, in bytes
	maxDisputes    = 10  // of one payment
)

// Disputes are all times that the customer's bank took money of the payment back, oldest first.
func (p Payment) Disputes() []payments.Dispute {
	if p.Dispute == nil {
		return nil
	}
	return append([]payments.Dispute{*p.Dispute}, p.Again...)
}

// withDispute returns the payment with a dispute, or with what became of one that it has. One that has ended stays as it is.
func (p Payment) withDispute(d payments.Dispute) (Payment, error) {
	all := p.Disputes()
	i := slices.IndexFunc(all, func(known payments.Dispute) bool { return known.Reference == d.Reference })
	switch {
	case i < 0 && len(all) >= maxDisputes:
		return p, fault.New(fault.LimitReached, "payment %d has %d disputes, and cannot have more", p.Number, len(all))
	case i < 0:
		all = append(all, d)
	case all[i].State == payments.DisputeOpen:
		all[i] = d
	}
	p.Dispute, p.Again = &all[0], all[1:]
	return p, nil
}

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
	p, err := o.Payments[i].withDispute(d)
	o.Payments[i] = p
	return o, err
}

// chargedBack is how much the customer's bank has taken back, in minor units. It is not given back once more.
func (p Payment) chargedBack() (sum int64) {
	for _, d := range p.Disputes() {
		if d.State != payments.DisputeWon {
			sum += d.Amount.Minor
		}
	}
	return sum
}

// keptByBank returns a dispute with which the customer's bank keeps the money.
func (p Payment) keptByBank() (payments.Dispute, bool) {
	all := p.Disputes()
	i := slices.IndexFunc(all, func(d payments.Dispute) bool { return d.State != payments.DisputeWon })
	if i < 0 {
		return payments.Dispute{}, false
	}
	return all[i], true
}

// Disputed reports whether the bank of the order's customer has taken money back, and the shop may answer.
func (o Order) Disputed() bool {
	open := func(d payments.Dispute) bool { return d.State == payments.DisputeOpen }
	return slices.ContainsFunc(o.Payments, func(p Payment) bool { return slices.ContainsFunc(p.Disputes(), open) })
}
