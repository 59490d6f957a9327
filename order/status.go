package order

import (
	"slices"
	"strings"

	"acme.example/webshop/fault"
)

// Status says how far an order is.
type Status string

// The states of an order. Delivered as booked is where a good life ends.
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

// Statuses lists them, in the order of a good life.
var Statuses = []Status{PaymentPending, PaymentDeclined, Created, InReview, Placed, Stocked, DeliveryBooked, Cancelled}

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

// Known reports whether the status exists.
func (s Status) Known() bool { _, ok := next[s]; return ok }

// Next lists where an order may go from here; none from a final status.
func (s Status) Next() []Status { return slices.Clone(next[s]) }

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
	if len(next[from]) > 0 {
		names := make([]string, len(next[from]))
		for i, s := range next[from] {
			names[i] = string(s)
		}
		allowed = "allowed from here: " + strings.Join(names, ", ")
	}
	return fault.New(fault.Conflict, "the order is %s and cannot become %s; %s", from, to, allowed)
}
