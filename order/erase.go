package order

import (
	"slices"
	"time"

	"acme.example/webshop/platform/fault"
)

// Erased reports whether nothing is left that tells who the customer is.
func (o Order) Erased() bool { return o.Customer == Customer{} && o.Address == Address{} }

// WithoutPerson returns the order without what tells who its customer is. What the books, the partners' accounts and the counts need
// stays: products, prices, payments, times, and the number of an organization, which is public.
func (o Order) WithoutPerson() Order {
	o.Customer, o.Address = Customer{}, Address{}
	o.Terms.Details = nil
	o.Tracking.ReceivedBy, o.Tracking.LeftAt, o.Tracking.Photo, o.Tracking.Reason = "", "", "", ""
	o.Complaints, o.Mails = withoutTexts(o.Complaints), nil
	o.Reviews = slices.Clone(o.Reviews)
	for i := range o.Reviews {
		o.Reviews[i].Note, o.Reviews[i].FirstNote = "", "" // in a person's own words
	}
	return o
}

// Erasable returns why the order's personal data is still needed, as a fault.Conflict; nil if it is not.
func (o Order) Erasable(now time.Time, unheard bool) error {
	why := ""
	switch {
	case !o.Final():
		why = "it is " + string(o.Status)
	case o.DeliveryTime.After(now) && o.Status == DeliveryBooked:
		why = "its delivery is to come"
	case o.Unsettled() || o.Disputed() || o.refund() == refundUnderWay:
		why = "a payment or refund of it is open"
	case !o.ComplainsSince().IsZero():
		why = "a complaint about it waits for its answer"
	case unheard:
		why = "an event of it waits to be handled, or is a dead letter; replay or discard that first"
	}
	if why == "" {
		return nil
	}
	return fault.New(fault.Conflict, "order %d is under way: %s", o.ID, why)
}

// ErasureTx is a transaction as BeginErasure and Erase see it.
type ErasureTx interface {
	Now() time.Time
	Order() (Order, error)
	// Unheard reports whether an event of the order is not handled.
	Unheard() bool
	Update(Order)
	// Note records who erases the order, and why, once.
	Note(orderID int64, by, why string)
	// Forget deletes what else is kept of the order's customer: corrections, photos of complaints, the keys of requests, the answers of partners, and who used a code.
	Forget(orderID int64)
}

// BeginErasure records that an order is being erased: its events may then be rewritten.
func BeginErasure(tx ErasureTx, by, why string) error {
	o, err := tx.Order()
	if err == nil {
		err = o.Erasable(tx.Now(), tx.Unheard())
	}
	if err == nil {
		tx.Note(o.ID, by, why)
	}
	return err
}

// Erase takes an order's personal data away for good.
func Erase(tx ErasureTx) error {
	o, err := tx.Order()
	if err == nil {
		err = o.Erasable(tx.Now(), tx.Unheard())
	}
	if err == nil {
		tx.Forget(o.ID)
		tx.Update(o.WithoutPerson())
	}
	return err
}
