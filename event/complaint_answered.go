package event

import "acme.example/webshop/ref"

// ComplaintAnswered says what was decided about a customer's complaint. The answer in words is with the order.
type ComplaintAnswered struct {
	OrderID      int64     `json:"orderId" jsonschema:"The order's number."`
	Ref          ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Name         string    `json:"name" jsonschema:"The customer's name."`
	Email        string    `json:"email" jsonschema:"The customer's mail address."`
	Market       string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	Complaint    int64     `json:"complaint" jsonschema:"Which complaint of the order it is: 1 for the first."`
	Outcome      string    `json:"outcome" jsonschema:"What was decided: refunded, partly-refunded, replaced or refused."`
	Refund       int64     `json:"refund,omitempty" jsonschema:"Which refund of the order is made for it; missing for another outcome."`
	Amount       int64     `json:"amount,omitempty" jsonschema:"How much is given back, in minor units of the currency; missing for another outcome."`
	Currency     string    `json:"currency" jsonschema:"ISO 4217 code of the order's currency."`
	Replacement  int64     `json:"replacement,omitempty" jsonschema:"The number of the order that replaces what was complained about; missing for another outcome."`
	TestID       int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Language     string    `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (ComplaintAnswered) EventType() Type { return TypeComplaintAnswered }
func (e ComplaintAnswered) Order() int64  { return e.OrderID }
