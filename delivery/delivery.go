// Package delivery owns the delivery slots: which times a market offers, and that no slot has more bookings than room.
// Its services are DeliveryTimes and BookDelivery.
//
// It guarantees: an order's time is set once; booking the same time again returns the same booking; a test order is
// booked by itself, takes no customer's room and sends no van.
package delivery

import (
	"context"
	"strconv"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/ref"
)

// Booking is an order with its delivery time; Time is zero until one is booked.
type Booking struct {
	OrderID                          int64
	Ref                              ref.Order // of the order
	TestID                           int64     // 0: a real order
	Status                           string    // of the order
	Market                           string
	Name, Email, Phone, Street, City string
	Time                             time.Time // start of the slot
	Rules                            int64     // version of the rules that the order was made under
}

// Event returns the event of the booking.
func (b Booking) Event() event.DeliveryBooked {
	return event.DeliveryBooked{
		OrderID: b.OrderID, Ref: b.Ref, TestID: b.TestID, Market: b.Market, Name: b.Name, Email: b.Email, Phone: b.Phone,
		Street: b.Street, City: b.City, DeliveryTime: Millis(b.Time), RulesVersion: b.Rules,
	}
}

// Millis formats a time as the seed does: milliseconds since 1970 as a decimal string; "" for the zero time.
func Millis(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}

// Store is what the delivery service needs of the database. Every method is one transaction; if the context carries an
// event.Receipt, it is marked done in the same transaction, and a call whose receipt is already done changes nothing.
type Store interface {
	// Booking returns the order as delivery sees it, or fault.NotFound.
	Booking(ctx context.Context, orderID int64) (Booking, error)
	// Booked counts the bookings of a market's slots from a time on, by start of the slot. Only full slots matter, but
	// all are returned.
	Booked(ctx context.Context, market string, from time.Time) (map[time.Time]int, error)
	// Book gives an order its time and journals DeliveryBooked. The error is fault.NotReady if the order is not STOCKED,
	// fault.AlreadyBooked if it has another time, fault.SlotTaken if the slot is full, and fault.LimitReached if the
	// customer has the maximum of pending deliveries. The same time again returns the same booking. Test orders take no
	// room.
	Book(ctx context.Context, orderID int64, at time.Time, room Room) (Booking, error)
}

// Room bounds the bookings.
type Room struct {
	Slot     int // of one slot
	Customer int // pending ones of one mail address, organization or address; 0: no limit
}

// Consignment tells the delivery company what to fetch, and when and where to deliver it.
type Consignment struct {
	Key     string // idempotency key
	Booking Booking
}

// Carrier is the delivery company. Its calls are bounded in time.
type Carrier interface {
	// Consign orders a van, once for each key.
	Consign(ctx context.Context, c Consignment) error
}

// Links opens the signed links that are the keys to an order.
type Links interface {
	// OpenDelivery returns the order whose delivery key this is, and its number, or fault.Unauthorized.
	OpenDelivery(key string) (o ref.Order, orderID int64, err error)
}
