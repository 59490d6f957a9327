package audit

import "encoding/json"

// terms are what was agreed with the customer of an order.
type terms struct {
	Codes        []string
	Details      map[string]string
	Lines        []line
	Taxes        []tax
	Jurisdiction string
	Imported     *json.RawMessage
	Replaces     int64
	Tracked      bool

	classed bool // lines say their classes, and taxes when they fall due: earlier releases kept neither
}

// line is a product of an order, or a charge. Amounts are minor units.
type line struct {
	SKU, Class                 string
	Charge, Account            string // of a charge, which has no SKU
	Quantity, UnitPrice, Total int64
	Gift                       bool
	Off                        []off
	Tax, Relief                int64
	Taxes                      []tax
}

// off is what an offer takes off a line.
type off struct {
	Offer  string
	Amount int64
	Gift   string // the product that the offer gives, whose price is spread over all products
}

// tax is an agreed tax of an order, or of one of its lines.
type tax struct {
	Name, Treatment, Rate string
	Point                 string // when it falls due; "" for payment
	Base, Amount, Relief  int64
}

// name is what messages call the line.
func (n line) name() string { return n.SKU + n.Charge }

// left is what the offers leave of a line's price.
func (n line) left() int64 {
	left := n.UnitPrice * n.Quantity
	for _, o := range n.Off {
		left -= o.Amount
	}
	return left
}

// readTerms reads the column; an order with which nothing was agreed has no text there.
func (l *life) readTerms(column string) {
	if column == "" {
		return
	}
	l.unread = json.Unmarshal([]byte(column), &l.terms)
	plain(l.terms.Taxes)
	for _, n := range l.terms.Lines {
		plain(n.Taxes)
		l.terms.classed = l.terms.classed || n.Class != ""
	}
}

// plain leaves out what is so for taxes that do not say it.
func plain(taxes []tax) {
	for i := range taxes {
		taxes[i].Point = duePoint(taxes[i].Point)
	}
}

// duePoint is when a tax falls due; "" for at payment.
func duePoint(point string) string {
	if point == "payment" {
		return ""
	}
	return point
}
