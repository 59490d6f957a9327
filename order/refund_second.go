package order

import (
	"slices"
	"time"
	"unicode/utf8"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// withApproval returns the order with the second person's yes to a refund.
func (o Order) withApproval(number int, by string, now time.Time) (Order, error) {
	o, r, err := o.waiting(number, by)
	switch {
	case err != nil:
		return o, err
	case by == r.By:
		return o, fault.New(fault.Conflict, "%s has asked for this refund; it waits for a second person", by)
	}
	r.Second, r.At = by, now
	return o, nil
}

// withoutRefund returns the order after a refund was withdrawn by who asked for it, or refused by another person. What it was to give
// back can be given back otherwise. Saying it twice changes nothing.
func (o Order) withoutRefund(number int, by, why string, now time.Time) (Order, error) {
	if blank(why) {
		return o, fault.InvalidField("reason", "must say why")
	}
	if err := checkReason(why); err != nil {
		return o, err
	}
	if i := o.refundAt(number); i >= 0 && o.Refunds[i].State.Dropped() && o.Refunds[i].EndedBy == by {
		return o, nil
	}
	o, r, err := o.waiting(number, by)
	if err != nil {
		return o, err
	}
	r.State, r.EndedBy, r.EndedWhy, r.At = payments.RefundRefused, by, why, now
	if by == r.By {
		r.State = payments.RefundWithdrawn
	}
	return o, nil
}

// waiting returns the order with a copy of its refunds, and of them the one that waits for a second person, about which someone with
// a name of their own decides.
func (o Order) waiting(number int, by string) (Order, *Refund, error) {
	o.Refunds = slices.Clone(o.Refunds)
	i := o.refundAt(number)
	switch {
	case i < 0:
		return o, nil, fault.New(fault.NotFound, "order %d has no refund %d", o.ID, number)
	case !o.Refunds[i].WaitsForSecond():
		return o, nil, fault.New(fault.Conflict, "refund %d of order %d does not wait for a second person", number, o.ID)
	case by == "", slices.Contains(NoOnes, by):
		return o, nil, notNamed(by)
	}
	return o, &o.Refunds[i], nil
}

// checkReason refuses what cannot be shown as a reason.
func checkReason(reason string) error {
	switch wrong := textFault(reason); {
	case utf8.RuneCountInString(reason) > maxReason:
		return fault.InvalidField("reason", "must have at most %d characters", maxReason)
	case wrong != "":
		return fault.InvalidField("reason", "%s", wrong)
	}
	return nil
}

func (o Order) refundAt(number int) int {
	return slices.IndexFunc(o.Refunds, func(r Refund) bool { return r.Number == number })
}
