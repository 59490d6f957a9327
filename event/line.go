package event

// Line is an order's quantity of one product, and its price. Amounts are minor units of the order's currency.
type Line struct {
	SKU       string `json:"sku" jsonschema:"The product."`
	Quantity  int64  `json:"quantity" jsonschema:"How many pieces."`
	UnitPrice int64  `json:"unitPrice" jsonschema:"Price of one piece before offers, in minor units."`
	Gift      bool   `json:"gift,omitempty" jsonschema:"Whether the shop added the pieces for free."`
	Off       []Off  `json:"off,omitempty" jsonschema:"What offers take off."`
	Tax       int64  `json:"tax,omitempty" jsonschema:"All taxes on the line, added or included, in minor units."`
	Total     int64  `json:"total" jsonschema:"What is paid for the line, taxes in it, in minor units."`
}

// Off is what an offer takes off a line.
type Off struct {
	Offer  string `json:"offer" jsonschema:"The offer's name in the rules."`
	Amount int64  `json:"amount" jsonschema:"What it takes off, in minor units."`
}

// Tax is one tax of a whole order.
type Tax struct {
	Name     string `json:"name" jsonschema:"The tax's name, e.g. GST."`
	Rate     string `json:"rate" jsonschema:"In percent, e.g. 5."`
	Included bool   `json:"included,omitempty" jsonschema:"Whether prices have it in them; else it was added."`
	Amount   int64  `json:"amount" jsonschema:"In minor units."`
}
