package event

import "acme.example/webshop/ref"

// RefundDone says that the payment provider has given money of an order back, all of it or a part. An order has one for each refund
// but that of a cancelled order, which OrderCancelled tells of.
type RefundDone struct {
	OrderID      int64     `json:"orderId" jsonschema:"The order's number."`
	Ref          ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Name         string    `json:"name" jsonschema:"The customer's name."`
	Email        string    `json:"email" jsonschema:"The customer's mail address."`
	Market       string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	Refund       int64     `json:"refund" jsonschema:"Which refund of the order it is: 1 for the first."`
	Amount       int64     `json:"amount" jsonschema:"What was given back, in minor units of the currency."`
	Currency     string    `json:"currency" jsonschema:"ISO 4217 code of the currency."`
	Method       string    `json:"method" jsonschema:"How it had been paid: card, cash-voucher or bank-transfer."`
	Reason       string    `json:"reason" jsonschema:"Why: paid-twice, complaint, or the words of the shop's staff."`
	OfSale       bool      `json:"ofSale" jsonschema:"Whether a part of the sale is taken back with it. The sale of a cancelled order is taken back with OrderCancelled, and what was paid twice was never sold."`
	TotalPrice   int64     `json:"totalPrice" jsonschema:"Price of the whole order in minor units of the currency."`
	TestID       int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Language     string    `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (RefundDone) EventType() Type { return TypeRefundDone }
func (e RefundDone) Order() int64  { return e.OrderID }

// PaidTwice is why the shop gives money back by itself that was paid besides the order's price. Other reasons are a person's words.
const PaidTwice = "paid-twice"

// Complained is why money is given back for a complaint, whose answer says more.
const Complained = "complaint"
