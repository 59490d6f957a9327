package order

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
)

// Status says how far an order is.
type Status string

// The states of an order. One that nothing goes wrong with ends in DeliveryBooked or, where a carrier reports about it
// (Order.Tracked), in Delivered.
const (
	PaymentPending  Status = "PAYMENT_PENDING"
	PaymentDeclined Status = "PAYMENT_DECLINED"
	Created         Status = "CREATED"
	InReview        Status = "IN_REVIEW"
	Placed          Status = "PLACED"
	Stocked         Status = "STOCKED"
	DeliveryBooked  Status = "DELIVERY_BOOKED"
	OutForDelivery  Status = "OUT_FOR_DELIVERY"
	DeliveryFailed  Status = "DELIVERY_FAILED"
	Delivered       Status = "DELIVERED"
	Cancelled       Status = "CANCELLED"
)

// Statuses lists them in the order of an order's way, and then how others end.
var Statuses = []Status{
	PaymentPending, Created, InReview, Placed, Stocked, DeliveryBooked, OutForDelivery, DeliveryFailed, Delivered, PaymentDeclined, Cancelled,
}

// next is the whole state machine: where an order may go from each status. After a delivery that failed it goes back.
var next = map[Status][]Status{
	PaymentPending:  {Created, PaymentDeclined},
	Created:         {InReview, Placed, Cancelled},
	InReview:        {Placed, Cancelled},
	Placed:          {Stocked, Cancelled},
	Stocked:         {DeliveryBooked, Cancelled},
	DeliveryBooked:  {OutForDelivery, DeliveryFailed, Delivered},
	OutForDelivery:  {DeliveryFailed, Delivered},
	DeliveryFailed:  {DeliveryBooked, OutForDelivery, Delivered, Cancelled},
	Delivered:       {},
	PaymentDeclined: {},
	Cancelled:       {},
}

// Schema describes a status in OpenAPI documents. It is no enum there: later versions may have more.
func (Status) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "How far the order is: " + listed(Statuses)}
}

// Known reports whether the status exists.
func (s Status) Known() bool { _, ok := next[s]; return ok }

// Next lists where an order may go from here; none from a final status. Only orders that are tracked go on from
// DELIVERY_BOOKED (Order.Next).
func (s Status) Next() []Status { return slices.Clone(next[s]) }

// Final reports whether an order in this status never moves again.
func (s Status) Final() bool { return s.Known() && len(next[s]) == 0 }

// MayEnd reports whether there are orders that never leave this status: it is final, or DELIVERY_BOOKED.
func (s Status) MayEnd() bool { return s.Final() || s == DeliveryBooked }

// FinalStatuses and OpenStatuses split Statuses by Final.
func FinalStatuses() []Status {
	return slices.DeleteFunc(slices.Clone(Statuses), func(s Status) bool { return !s.Final() })
}

func OpenStatuses() []Status { return slices.DeleteFunc(slices.Clone(Statuses), Status.Final) }

// Reached reports whether an order in status s is, or has been, in status t. How far a cancelled order came is not known
// from its status.
func (s Status) Reached(t Status) bool { return s == t || s != Cancelled && s.passed(t) }

// passed reports whether an order in status s has been in status t before. Steps back do not count.
func (s Status) passed(t Status) bool {
	for _, n := range next[t] {
		if slices.Index(Statuses, n) > slices.Index(Statuses, t) && (n == s || s.passed(n)) {
			return true
		}
	}
	return false
}

// Next lists where the order may go from its status.
func (o Order) Next() []Status {
	if o.Final() {
		return nil
	}
	return o.Status.Next()
}

// Final reports whether the order never moves again.
func (o Order) Final() bool { return o.Status.Final() || o.Status == DeliveryBooked && !o.Tracked() }

// illegal is the error of a move that the order's state machine does not have.
func (o Order) illegal(to Status) error {
	allowed := "it is final"
	if !o.Final() {
		allowed = "allowed from here: " + listed(o.Next())
	}
	return fault.New(fault.Conflict, "the order is %s and cannot become %s; %s", o.Status, to, allowed)
}

func listed(all []Status) string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}
