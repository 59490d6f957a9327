package order

import (
	"fmt"
	"time"

	"acme.example/webshop/event"
)

// Imported says how another system, which took an order and its money, had it when it was last imported. An order that has
// none was made here.
type Imported struct {
	Status       Status `json:"status"`
	DeliveryTime int64  `json:"deliveryTime,omitempty"` // milliseconds since 1970
	TotalPrice   int64  `json:"totalPrice"`             // in minor units of the catalog's currency
}

// Imports are the statuses that orders of another system can have.
var Imports = []Status{Placed, Stocked, DeliveryBooked}

// ImportEvent is the event with which the history of an imported order begins.
func (o Order) ImportEvent() event.OrderImported {
	return event.OrderImported{
		OrderID: o.ID, Ref: o.Ref(), Status: string(o.Terms.Imported.Status), CustomerType: o.CustomerType, Market: o.Market,
		Products: o.Products.String(), TotalPrice: o.Total.Minor, Currency: string(o.Total.Currency), TestID: o.TestID, RulesVersion: o.Rules,
	}
}

// Import returns an order as it is to be when another system has it as in a row, which has the order's number, and whether that
// changes anything. What this shop did with the order since the last import stays. A row that says otherwise is in conflict,
// and the reason is told; such an order is left as it is.
func (o Order) Import(row Order, now time.Time) (after Order, changed bool, conflict string) {
	was := o.Terms.Imported
	switch {
	case was == nil:
		return o, false, "an order that was made here has this number"
	case o.fixedPart() != row.fixedPart():
		return o, false, "what was ordered, its price or its test differ from the first import; they stay as they are here"
	case row.standing() == o.standing(), row.standing() == *was:
		if o.standing() != *was || o.Customer == row.Customer {
			return o, false, ""
		}
	case o.standing() != *was:
		return o, false, fmt.Sprintf("it went on here to %s, and in the other system to %s; it stays as it is here", o.standing(), row.standing())
	case !row.Status.Reached(o.Status), row.DeliveryTime.IsZero() && !o.DeliveryTime.IsZero():
		return o, false, fmt.Sprintf("the other system has set it back from %s to %s; it stays as it is here", o.standing(), row.standing())
	}
	return o.taken(row, now), true, ""
}

// taken is an order with what may change in the other system as that has it.
func (o Order) taken(row Order, now time.Time) Order {
	if o.Status != row.Status {
		o.Status, o.StatusAt = row.Status, now
	}
	o.DeliveryTime, o.Customer, o.Terms.Imported = row.DeliveryTime, row.Customer, row.Terms.Imported
	return o
}

// standing is how far an imported order is, in the form in which it was imported.
func (o Order) standing() Imported {
	at := Imported{Status: o.Status, TotalPrice: o.Terms.Imported.TotalPrice}
	if !o.DeliveryTime.IsZero() {
		at.DeliveryTime = o.DeliveryTime.UnixMilli()
	}
	return at
}

func (i Imported) String() string {
	if i.DeliveryTime == 0 {
		return string(i.Status)
	}
	return fmt.Sprintf("%s at %s", i.Status, time.UnixMilli(i.DeliveryTime).UTC().Format("2006-01-02 15:04 MST"))
}

// fixed is what the other system may not change of an order.
type fixed struct {
	market, customerType, orgNumber, products string
	total, test                               int64
}

func (o Order) fixedPart() fixed {
	return fixed{
		market: o.Market, customerType: o.CustomerType, orgNumber: o.OrgNumber, products: o.Products.String(),
		total: o.Terms.Imported.TotalPrice, test: o.TestID,
	}
}

// BookedHere reports whether an order has a delivery time that was booked in this shop.
func (o Order) BookedHere() bool {
	return !o.DeliveryTime.IsZero() && (o.Terms.Imported == nil || o.Terms.Imported.DeliveryTime != o.DeliveryTime.UnixMilli())
}
