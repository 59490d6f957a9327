package event

import "acme.example/webshop/ref"

// OrderCancelled says that the order was cancelled and will not be delivered. Money that was taken is given back.
type OrderCancelled struct {
	OrderID         int64     `json:"orderId" jsonschema:"The order's number."`
	Ref             ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Reason          string    `json:"reason" jsonschema:"Why: customer, operator, out-of-stock, organization-unverified, not-accepted or paid-too-late."`
	Name            string    `json:"name" jsonschema:"The customer's name."`
	Email           string    `json:"email" jsonschema:"The customer's mail address."`
	Market          string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	TotalPrice      int64     `json:"totalPrice" jsonschema:"Price of the whole order in minor units of the currency."`
	Currency        string    `json:"currency" jsonschema:"ISO 4217 code of the currency."`
	Paid            bool      `json:"paid" jsonschema:"Whether the price had been paid, and is given back."`
	GivenBack       int64     `json:"givenBack,omitempty" jsonschema:"How much of the price was given back before, in minor units of the currency. Missing: nothing."`
	DeliveryTime    string    `json:"deliveryTime,omitempty" jsonschema:"Start of the delivery window that was booked and is free again, milliseconds since 1970 UTC, as a decimal string. Missing: none was booked."`
	DeliveryVersion int64     `json:"deliveryVersion,omitempty" jsonschema:"Version of the order's delivery, which is called off, as in DeliveryRescheduled. Missing: none was booked."`
	TestID          int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion    int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Language        string    `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (OrderCancelled) EventType() Type { return TypeOrderCancelled }
func (e OrderCancelled) Order() int64  { return e.OrderID }
