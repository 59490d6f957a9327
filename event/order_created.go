package event

import "acme.example/webshop/ref"

// OrderCreated says that a customer's order was accepted and its payment taken (B2C) or its invoice allowed (B2B).
type OrderCreated struct {
	OrderID      int64             `json:"orderId" jsonschema:"The order's number."`
	Ref          ref.Order         `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Name         string            `json:"name" jsonschema:"The customer's name."`
	Email        string            `json:"email" jsonschema:"The customer's mail address."`
	Phone        string            `json:"phone" jsonschema:"The customer's telephone number."`
	Street       string            `json:"street" jsonschema:"Street and house number to deliver to."`
	City         string            `json:"city" jsonschema:"City to deliver to."`
	CustomerType string            `json:"customerType" jsonschema:"B2C or B2B."`
	Market       string            `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	Products     string            `json:"products" jsonschema:"The SKUs ordered, separated by commas, one for each piece."`
	TotalPrice   int64             `json:"totalPrice" jsonschema:"Price of the whole order in minor units of the currency."`
	Currency     string            `json:"currency" jsonschema:"ISO 4217 code of the currency."`
	OrgNumber    string            `json:"orgNumber,omitempty" jsonschema:"Organization number of a business customer: 6 to 20 digits."`
	TaxID        string            `json:"taxId,omitempty" jsonschema:"Instead of orgNumber, where it is not 6 to 20 digits: 4 to 20 letters and digits."`
	TestID       int64             `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion int64             `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Lines        []Line            `json:"lines,omitempty" jsonschema:"What there is of each product, and what is paid for it; missing for a test order."`
	Taxes        []Tax             `json:"taxes,omitempty" jsonschema:"The order's taxes."`
	Details      map[string]string `json:"details,omitempty" jsonschema:"What the customer type asks for besides, by name."`
	Address      Address           `json:"address,omitzero" jsonschema:"What the delivery's address has besides street and city."`
	Replaces     int64             `json:"replaces,omitempty" jsonschema:"The number of the order that it replaces, for nothing, after a complaint. Missing: it replaces none."`
	Language     string            `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (OrderCreated) EventType() Type { return TypeOrderCreated }
func (e OrderCreated) Order() int64  { return e.OrderID }

// NumberedBy returns the event with the customer's organization number in the field that it fits: OrgNumber or TaxID. "" is none.
func (e OrderCreated) NumberedBy(organization string) OrderCreated {
	if orgDigits.MatchString(organization) {
		e.OrgNumber = organization
	} else {
		e.TaxID = organization
	}
	return e
}
