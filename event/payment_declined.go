package event

import "acme.example/webshop/ref"

// PaymentDeclined says that an order was not paid: its doubtful payment was declined or never made, or did not come in time, or the order was cancelled before.
// If createOrder answers that at once, there is no event.
type PaymentDeclined struct {
	OrderID      int64     `json:"orderId" jsonschema:"The order's number."`
	Ref          ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Name         string    `json:"name" jsonschema:"The customer's name."`
	Email        string    `json:"email" jsonschema:"The customer's mail address."`
	Market       string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	TestID       int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	Reason       string    `json:"reason,omitempty" jsonschema:"Why: not-confirmed when the payment was in doubt, not-paid when the customer did not pay in time, or the reason of OrderCancelled when the order was cancelled before it was paid. Missing: not-confirmed."`
	RulesVersion int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Language     string    `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (PaymentDeclined) EventType() Type { return TypePaymentDeclined }
func (e PaymentDeclined) Order() int64  { return e.OrderID }

// NotPaid is the reason of a PaymentDeclined whose customer did not pay in time.
const NotPaid = "not-paid"
