package pricing

import "acme.example/webshop/event"

// charge adds the market's charges to the lines, after all offers.
func (b *bill) charge(jurisdiction string) {
	if len(b.market.Charges) == 0 {
		return
	}
	cost := int64(0)
	for _, l := range b.lines {
		cost += l.left
	}
	for _, c := range b.market.Charges {
		if in(b.customer, c.CustomerTypes) && in(jurisdiction, c.Jurisdictions) && (c.FreeFrom == 0 || cost < c.FreeFrom) {
			b.lines = append(b.lines, c.line(b.pieces))
		}
	}
}

// RoundingCharge is the charge that makes a total payable in the currency's steps; it may be negative.
const RoundingCharge = "rounding"

// payable rounds the sum of the lines to what can be paid in the currency, half away from zero.
func (b *bill) payable() {
	step, total := b.market.Currency.Step(), int64(0)
	if step == 1 {
		return
	}
	for _, l := range b.lines {
		total += l.left + l.added
	}
	if by := (total+step/2)/step*step - total; by != 0 {
		b.lines = append(b.lines, &line{Line: event.Line{Charge: RoundingCharge, Account: RoundingCharge, Quantity: 1, UnitPrice: by}, left: by})
	}
}

// line is the charge as a line of a cart of so many pieces.
func (c Charge) line(pieces int64) *line {
	if !c.PerPiece {
		pieces = 1
	}
	return &line{
		Line: event.Line{Charge: c.Name, Account: c.Account, Class: c.TaxClass, Quantity: pieces, UnitPrice: c.Amount},
		left: c.Amount * pieces,
	}
}
