package delivery

import (
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Tx is a transaction in which an order gets its time. The order and the slot are locked and loaded before Book runs.
type Tx interface {
	// Booking returns the order as delivery sees it, or fault.NotFound.
	Booking() (Booking, error)
	// Booked returns how many bookings the slot has.
	Booked() int
	// MayBook returns fault.LimitReached if the customer has the maximum of pending deliveries.
	MayBook() error
	// SetTime gives the order its time; TakeRoom counts it in the slot.
	SetTime(at time.Time)
	TakeRoom()
	// Journal journals events, with a pending receipt for each of their subscribers.
	Journal(...event.Event) error
}

// bookable is the status of an order that can get a time.
const bookable = "STOCKED"

// Book gives an order its time (Store.Book).
func Book(tx Tx, at time.Time, room Room) (Booking, error) {
	b, err := tx.Booking()
	switch {
	case err != nil, b.Time.Equal(at):
		return b, err
	case !b.Time.IsZero():
		return b, fault.New(fault.AlreadyBooked, "the order has a delivery time already: %s", Millis(b.Time))
	case b.Status != bookable:
		return b, fault.New(fault.NotReady, "the order is %s; a delivery time can be booked once it is %s", b.Status, bookable)
	}
	if err := tx.MayBook(); err != nil {
		return b, err
	}
	if b.TestID == 0 {
		if tx.Booked() >= room.Slot {
			return b, fault.New(fault.SlotTaken, "this delivery time has just been taken; please pick another one")
		}
		tx.TakeRoom()
	}
	tx.SetTime(at)
	b.Time = at
	return b, tx.Journal(b.Event())
}
