package order

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
)

// Status says how far an order is.
type Status string

// The states of an order. An order that nothing goes wrong with ends in DeliveryBooked.
const (
	PaymentPending  Status = "PAYMENT_PENDING"
	PaymentDeclined Status = "PAYMENT_DECLINED"
	Created         Status = "CREATED"
	InReview        Status = "IN_REVIEW"
	Placed          Status = "PLACED"
	Stocked         Status = "STOCKED"
	DeliveryBooked  Status = "DELIVERY_BOOKED"
	Cancelled       Status = "CANCELLED"
)

// Statuses lists them: first the way of an order that nothing goes wrong with, then how others end.
var Statuses = []Status{PaymentPending, Created, InReview, Placed, Stocked, DeliveryBooked, PaymentDeclined, Cancelled}

// next is the whole state machine: where an order may go from each status.
var next = map[Status][]Status{
	PaymentPending:  {Created, PaymentDeclined},
	Created:         {InReview, Placed, Cancelled},
	InReview:        {Placed, Cancelled},
	Placed:          {Stocked, Cancelled},
	Stocked:         {DeliveryBooked, Cancelled},
	DeliveryBooked:  {},
	PaymentDeclined: {},
	Cancelled:       {},
}

// Schema describes a status in OpenAPI documents. It is no enum there: later versions may have more.
func (Status) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "How far the order is: " + listed(Statuses)}
}

// Known reports whether the status exists.
func (s Status) Known() bool { _, ok := next[s]; return ok }

// Next lists where an order may go from here; none from a final status.
func (s Status) Next() []Status { return slices.Clone(next[s]) }

// Final reports whether an order in this status never moves again.
func (s Status) Final() bool { return s.Known() && len(next[s]) == 0 }

// FinalStatuses and OpenStatuses split Statuses by Final.
func FinalStatuses() []Status {
	return slices.DeleteFunc(slices.Clone(Statuses), func(s Status) bool { return !s.Final() })
}

func OpenStatuses() []Status { return slices.DeleteFunc(slices.Clone(Statuses), Status.Final) }

// Reached reports whether an order in status s is, or has been, in status t. How far a cancelled order came is not known
// from its status.
func (s Status) Reached(t Status) bool { return s == t || s != Cancelled && s.passed(t) }

// passed reports whether an order in status s has been in status t before.
func (s Status) passed(t Status) bool {
	for _, n := range next[t] {
		if n == s || s.passed(n) {
			return true
		}
	}
	return false
}

// illegal is the error of a move that the state machine does not have.
func illegal(from, to Status) error {
	allowed := "it is final"
	if !from.Final() {
		allowed = "allowed from here: " + listed(next[from])
	}
	return fault.New(fault.Conflict, "the order is %s and cannot become %s; %s", from, to, allowed)
}

func listed(all []Status) string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}
