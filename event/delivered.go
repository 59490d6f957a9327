package event

import "acme.example/webshop/ref"

// Delivered says that the customer has the order, and what proves it.
type Delivered struct {
	OrderID      int64     `json:"orderId" jsonschema:"The order's number."`
	Ref          ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Name         string    `json:"name" jsonschema:"The customer's name."`
	Email        string    `json:"email" jsonschema:"The customer's mail address."`
	Market       string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	DeliveryTime string    `json:"deliveryTime" jsonschema:"Start of the booked delivery, milliseconds since 1970 UTC, as a decimal string."`
	Tracking     string    `json:"tracking,omitempty" jsonschema:"The delivery company's number for the parcel. Missing: it gave none."`
	At           string    `json:"at" jsonschema:"When it happened, milliseconds since 1970 UTC, as a decimal string; the event's time is when the shop heard of it."`
	By           string    `json:"by" jsonschema:"Who reported it: carrier, or an operator's name."`
	ReceivedBy   string    `json:"receivedBy,omitempty" jsonschema:"Who took it. Missing: not told."`
	LeftAt       string    `json:"leftAt,omitempty" jsonschema:"Where it was left. Missing: not told."`
	Photo        string    `json:"photo,omitempty" jsonschema:"The delivery company's reference of a photo. Missing: there is none."`
	TestID       int64     `json:"testId" jsonschema:"0: test orders end when their delivery is booked."`
	RulesVersion int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
	Language     string    `json:"language,omitempty" jsonschema:"The language that the customer reads, e.g. en. Missing: the market's."`
}

func (Delivered) EventType() Type { return TypeDelivered }
func (e Delivered) Order() int64  { return e.OrderID }
