package order

import (
	"slices"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

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
