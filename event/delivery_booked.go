package event

import "acme.example/webshop/ref"

// DeliveryBooked says that a delivery time is booked for the order. It is booked once; a change of it is a
// DeliveryRescheduled.
type DeliveryBooked struct {
	OrderID       int64     `json:"orderId" jsonschema:"The order's number."`
	Ref           ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Name          string    `json:"name" jsonschema:"The customer's name."`
	Email         string    `json:"email" jsonschema:"The customer's mail address."`
	Phone         string    `json:"phone" jsonschema:"The customer's telephone number."`
	Street        string    `json:"street" jsonschema:"Street and house number to deliver to."`
	City          string    `json:"city" jsonschema:"City to deliver to."`
	Market        string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	DeliveryTime  string    `json:"deliveryTime" jsonschema:"Start of the delivery slot, milliseconds since 1970 UTC, as a decimal string."`
	DeliveryUntil string    `json:"deliveryUntil,omitempty" jsonschema:"End of the delivery window, in the same form. Missing: it has none."`
	TestID        int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	Tracked       bool      `json:"tracked,omitempty" jsonschema:"Whether the delivery company reports what becomes of it. Missing: it does not."`
	RulesVersion  int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Address       Address   `json:"address,omitzero" jsonschema:"What the delivery's address has besides street and city."`
	Language      string    `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (DeliveryBooked) EventType() Type { return TypeDeliveryBooked }
func (e DeliveryBooked) Order() int64  { return e.OrderID }
