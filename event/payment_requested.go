package event

import "acme.example/webshop/ref"

// PaymentRequested says that the customer of an order has what to pay it with later and elsewhere, such as a cash voucher. An order
// has one for each voucher.
type PaymentRequested struct {
	OrderID      int64     `json:"orderId" jsonschema:"The order's number."`
	Ref          ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Name         string    `json:"name" jsonschema:"The customer's name."`
	Email        string    `json:"email" jsonschema:"The customer's mail address."`
	Market       string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	Payment      int64     `json:"payment" jsonschema:"Which attempt to pay the order it is: 1 for the first."`
	Method       string    `json:"method" jsonschema:"How to pay: cash-voucher or bank-transfer. The number to pay with is on the order's page."`
	Amount       int64     `json:"amount" jsonschema:"What to pay, in minor units of the currency."`
	Currency     string    `json:"currency" jsonschema:"ISO 4217 code of the currency."`
	Until        string    `json:"until" jsonschema:"When the time to pay ends, in milliseconds since 1970 as a decimal string."`
	TestID       int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Language     string    `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (PaymentRequested) EventType() Type { return TypePaymentRequested }
func (e PaymentRequested) Order() int64  { return e.OrderID }
