package event

import "acme.example/webshop/ref"

// OrderCorrected says that an operator has corrected who the order is of, or where it goes. An order may have several. It tells what the
// order has now; what stood there before is in the order's corrections alone.
type OrderCorrected struct {
	OrderID         int64     `json:"orderId" jsonschema:"The order's number."`
	Ref             ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Number          int64     `json:"number" jsonschema:"Of the correction: 1 is the order's first."`
	Corrected       []string  `json:"corrected" jsonschema:"The fields that were corrected, e.g. email or postalCode."`
	Name            string    `json:"name" jsonschema:"The customer's name."`
	Email           string    `json:"email" jsonschema:"The customer's mail address."`
	Phone           string    `json:"phone" jsonschema:"The customer's telephone number."`
	Street          string    `json:"street" jsonschema:"Street and house number to deliver to."`
	City            string    `json:"city" jsonschema:"City to deliver to."`
	Market          string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	DeliveryTime    string    `json:"deliveryTime,omitempty" jsonschema:"Start of the booked delivery window, milliseconds since 1970 UTC, as a decimal string. Missing: no delivery is to be changed."`
	DeliveryUntil   string    `json:"deliveryUntil,omitempty" jsonschema:"End of the window, in the same form. Missing: it has none."`
	DeliveryVersion int64     `json:"deliveryVersion,omitempty" jsonschema:"Version of the order's delivery, which the correction changes, as in DeliveryRescheduled. Missing: no delivery is to be changed."`
	TestID          int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion    int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Address         Address   `json:"address,omitzero" jsonschema:"What the delivery's address has besides street and city."`
	Language        string    `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (OrderCorrected) EventType() Type { return TypeOrderCorrected }
func (e OrderCorrected) Order() int64  { return e.OrderID }
