package audit

import (
	"math/big"
	"slices"
)

// charged is what a charge's line says, before taxes.
type charged struct {
	name, account, class string
	quantity, price      int64
}

// expectCharges expects just the charges that the rules add to such an order.
func (b *bill) expectCharges() {
	var want, is []charged
	cost, pieces := int64(0), int64(0)
	for _, n := range b.terms.Lines {
		switch {
		case n.Charge != "":
			is = append(is, charged{name: n.Charge, account: n.Account, class: n.Class, quantity: n.Quantity, price: n.UnitPrice})
			continue
		case !n.Gift:
			pieces += n.Quantity
		}
		cost += n.left()
	}
	for _, c := range b.Charges {
		if !in(b.customerType, c.CustomerTypes) || !in(b.terms.Jurisdiction, c.Jurisdictions) || c.FreeFrom > 0 && cost >= c.FreeFrom {
			continue
		}
		quantity := int64(1)
		if c.Per == "piece" {
			quantity = pieces
		}
		want = append(want, charged{name: c.Name, account: c.Account, class: c.TaxClass, quantity: quantity, price: c.Amount})
	}
	if by := b.toStep(); by != 0 {
		want = append(want, charged{name: toStep, account: toStep, quantity: 1, price: by})
	}
	b.is(slices.Equal(want, is), "the charges %v", want, is)
}

// toStep is the charge, without tax, that makes a total one which can be paid in its currency. It may be negative.
const toStep = "rounding"

// toStep is how much that charge is: to the nearest step, and up where two are as near.
func (b *bill) toStep() int64 {
	step, sum := max(steps[b.Currency], 1), int64(0)
	for _, n := range b.terms.Lines {
		if n.Charge != toStep {
			sum += n.Total
		}
	}
	return rounded(big.NewRat(sum, step), "half-up")*step - sum
}
