package event

import "acme.example/webshop/ref"

// ComplaintMade says that a customer has complained about an order that was delivered. What the customer wrote is with the order.
type ComplaintMade struct {
	OrderID      int64     `json:"orderId" jsonschema:"The order's number."`
	Ref          ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Name         string    `json:"name" jsonschema:"The customer's name."`
	Email        string    `json:"email" jsonschema:"The customer's mail address."`
	Market       string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	Complaint    int64     `json:"complaint" jsonschema:"Which complaint of the order it is: 1 for the first."`
	Kind         string    `json:"kind" jsonschema:"What it is about: damaged, return or other."`
	TestID       int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Language     string    `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (ComplaintMade) EventType() Type { return TypeComplaintMade }
func (e ComplaintMade) Order() int64  { return e.OrderID }
