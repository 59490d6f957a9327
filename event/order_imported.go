package event

import "acme.example/webshop/ref"

// OrderImported says that the order comes from another system, which has its money. The shop has not charged, booked or
// mailed anything for it. It has no subscribers: it is the beginning of the order's history.
type OrderImported struct {
	OrderID      int64     `json:"orderId" jsonschema:"The order's number, as the other system gave it."`
	Ref          ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Status       string    `json:"status" jsonschema:"The order's status in the other system when it was first imported."`
	CustomerType string    `json:"customerType" jsonschema:"E.g. B2C: an individual; B2B: a business."`
	Market       string    `json:"market" jsonschema:"Where the order was made, e.g. US."`
	Products     string    `json:"products" jsonschema:"SKUs separated by commas, one for each piece."`
	TotalPrice   int64     `json:"totalPrice" jsonschema:"Minor units of the currency."`
	Currency     string    `json:"currency" jsonschema:"ISO 4217, e.g. USD."`
	TestID       int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules whose exchange rate its price was converted with."`
}

func (OrderImported) EventType() Type { return TypeOrderImported }
func (e OrderImported) Order() int64  { return e.OrderID }

// Silent reports whether events of a type have no subscribers: they are journalled, and not published.
func Silent(t Type) bool { return t == TypeOrderImported }
