package event

import (
	"cmp"
	"strings"
)

// Line is an order's quantity of one product, or a charge, and its price. Amounts are minor units of the order's currency.
type Line struct {
	SKU       string `json:"sku" jsonschema:"The product; empty for a charge."`
	Charge    string `json:"charge,omitempty" jsonschema:"The name of the charge in the rules, e.g. shipping; missing for a product."`
	Account   string `json:"account,omitempty" jsonschema:"The revenue account of the charge; missing for a product."`
	Class     string `json:"class,omitempty" jsonschema:"The tax class of the product or charge, e.g. plant; missing where there is none."`
	Quantity  int64  `json:"quantity" jsonschema:"How many pieces."`
	UnitPrice int64  `json:"unitPrice" jsonschema:"Price of one piece before offers, in minor units."`
	Gift      bool   `json:"gift,omitempty" jsonschema:"Whether the shop added the pieces for free."`
	Off       []Off  `json:"off,omitempty" jsonschema:"What offers take off."`
	Tax       int64  `json:"tax,omitempty" jsonschema:"All taxes on the line, added or included, in minor units."`
	Total     int64  `json:"total" jsonschema:"What is paid for the line, taxes in it, in minor units."`

	Relief int64     `json:"relief,omitempty" jsonschema:"What the price has in it of taxes that the customer does not owe, and does not pay, in minor units."`
	Taxes  []LineTax `json:"taxes,omitempty" jsonschema:"How each authority taxes the line; missing where the market's rules have no authorities."`
}

// LineTax is how one authority taxes a line.
type LineTax struct {
	Name      string `json:"name" jsonschema:"The authority's tax, e.g. VAT."`
	Treatment string `json:"treatment" jsonschema:"rate, zero, exempt, reverse-charge or out-of-scope."`
	Rate      string `json:"rate" jsonschema:"In percent, e.g. 5."`
	Base      int64  `json:"base" jsonschema:"What the tax is computed of, in minor units."`
	Amount    int64  `json:"amount" jsonschema:"In minor units."`
	Point     string `json:"point,omitempty" jsonschema:"When it falls due: order, payment or delivery; payment where it is missing."`
}

// When a tax falls due, as the rules of its market say.
const (
	PointOrder    = "order"    // when the order is made
	PointPayment  = "payment"  // when the customer pays, or at hand-over if that is earlier
	PointDelivery = "delivery" // when the delivery is handed over
)

// Points lists when a tax can fall due.
func Points() []string { return []string{PointOrder, PointPayment, PointDelivery} }

// DueAt is when the tax falls due, one of Points. Taxes that do not say so fall due at payment.
func (t LineTax) DueAt() string { return cmp.Or(t.Point, PointPayment) }

// Off is what an offer takes off a line.
type Off struct {
	Offer  string `json:"offer" jsonschema:"The offer's name in the rules."`
	Amount int64  `json:"amount" jsonschema:"What it takes off, in minor units."`
	Gift   string `json:"gift,omitempty" jsonschema:"The product that the offer gives, of whose price it is a part: it is spread over all lines; missing for other offers."`
}

// Tax is one tax of a whole order.
type Tax struct {
	Name     string `json:"name" jsonschema:"The tax's name, e.g. GST."`
	Rate     string `json:"rate" jsonschema:"In percent, e.g. 5."`
	Included bool   `json:"included,omitempty" jsonschema:"Whether prices have it in them; else it was added."`
	Amount   int64  `json:"amount" jsonschema:"In minor units."`

	Treatment string `json:"treatment,omitempty" jsonschema:"rate, zero, exempt, reverse-charge or out-of-scope; missing where the market's rules have no authorities."`
	Base      int64  `json:"base,omitempty" jsonschema:"What it is computed of, in minor units; missing like the treatment."`
	Point     string `json:"point,omitempty" jsonschema:"When it falls due: order, payment or delivery; payment where it is missing."`
	Relief    int64  `json:"relief,omitempty" jsonschema:"What prices have in them of this tax and the customer does not owe, and does not pay, in minor units."`
}

// Key names the tax within an order, and in the ledger: one authority may have several rates.
func (t Tax) Key() string {
	if t.Treatment == "" {
		return t.Name
	}
	return t.Name + "@" + strings.ReplaceAll(t.Rate, ".", ",") // a full stop separates parts of the ledger's kinds
}

// DueAt is when the tax falls due, one of Points. Taxes that do not say so fall due at payment.
func (t Tax) DueAt() string { return cmp.Or(t.Point, PointPayment) }
