package delivery

import (
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Tx is a transaction in which an order gets its time, or another one. The order and the slots, that which it has and that
// which it is to get, are locked and loaded before the use case runs.
type Tx interface {
	Now() time.Time
	// Booking returns the order as delivery sees it, or fault.NotFound.
	Booking() (Booking, error)
	// Booked returns how many bookings the slot has that the order is to get.
	Booked() int
	// MayBook returns fault.LimitReached if the customer has the maximum of pending deliveries.
	MayBook() error
	// SetBooking stores what a booking says of the order's delivery. TakeRoom counts the order in the slot that it is to
	// get, and FreeRoom no longer counts it in that which it had.
	SetBooking(Booking)
	TakeRoom()
	FreeRoom()
	// Journal journals events, with a pending receipt for each of their subscribers.
	Journal(...event.Event) error
}

// The statuses of an order that can get a time, and of one that has its time.
const (
	bookable = "STOCKED"
	booked   = "DELIVERY_BOOKED"
)

// Book gives an order its time (Store.Book).
func Book(tx Tx, to Slot, room Room) (Booking, error) {
	b, err := tx.Booking()
	switch {
	case err != nil, b.Time.Equal(to.Start):
		return b, err
	case !b.Time.IsZero():
		return b, fault.New(fault.AlreadyBooked, "the order has a delivery time already: %s; it is changed by /moveDelivery", Millis(b.Time))
	case b.Status != bookable:
		return b, fault.New(fault.NotReady, "the order is %s; a delivery time can be booked once it is %s", b.Status, bookable)
	}
	if err := tx.MayBook(); err != nil {
		return b, err
	}
	if b, err = b.take(tx, to, room); err != nil {
		return b, err
	}
	return b, tx.Journal(b.Event())
}

// take stores the booking of a slot, which must have room for a real order.
func (b Booking) take(tx Tx, to Slot, room Room) (Booking, error) {
	if b.TestID == 0 {
		if tx.Booked() >= room.Slot {
			return b, fault.New(fault.SlotTaken, "this delivery time has just been taken; please pick another one")
		}
		tx.TakeRoom()
	}
	b.Time, b.Until, b.Zone = to.Start, to.End, to.Zone
	tx.SetBooking(b)
	return b, nil
}
