package event

import "acme.example/webshop/ref"

// OrderPlaced says that the order is in the order book.
type OrderPlaced struct {
	OrderID      int64     `json:"orderId" jsonschema:"The order's number."`
	Ref          ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	CustomerType string    `json:"customerType" jsonschema:"B2C or B2B."`
	Market       string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	Products     string    `json:"products" jsonschema:"The SKUs ordered, separated by commas, one for each piece."`
	TotalPrice   int64     `json:"totalPrice" jsonschema:"Price of the whole order in minor units of the currency."`
	Currency     string    `json:"currency" jsonschema:"ISO 4217 code of the currency."`
	TestID       int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Taxes        []Tax     `json:"taxes,omitempty" jsonschema:"The order's taxes."`
}

func (OrderPlaced) EventType() Type { return TypeOrderPlaced }
func (e OrderPlaced) Order() int64  { return e.OrderID }
