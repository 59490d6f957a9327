// Package delivery owns the delivery slots: which times a market offers, and that no slot has more bookings than room.
// Its services are DeliveryTimes, BookDelivery and MoveDelivery.
//
// It guarantees: an order's time is set once, and changed only by Move, which states it as an event; the same time again
// returns the same booking; a test order is booked by itself, takes no customer's room and sends no van.
package delivery

import (
	"context"
	"strconv"
	"time"

	"acme.example/webshop/cutoff"
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
	Time                             time.Time // start of the window
	Until                            time.Time // its end; zero where the rules give it none
	Zone                             string    // whose room it takes; "" where the market's slots are not counted by zone
	Moves                            int64     // how often it was changed
	Tracked                          bool      // the delivery company reports what becomes of it
	Elsewhere                        bool      // booked in the system that the order was imported from
	Rules                            int64     // version of the rules that the order was made under
	Address                          event.Address
	Language                         string    // what the customer reads; "" for the market's language
	KeysFrom                         time.Time // keys to the order that were made before open nothing
}

// Version counts what the order's delivery was told to be: 1 is the first booking, and each change has the next number. The
// delivery company goes by the highest.
func (b Booking) Version() int64 { return b.Moves + 1 }

// Event returns the event of the booking.
func (b Booking) Event() event.DeliveryBooked {
	return event.DeliveryBooked{
		OrderID: b.OrderID, Ref: b.Ref, TestID: b.TestID, Market: b.Market, Name: b.Name, Email: b.Email, Phone: b.Phone,
		Street: b.Street, City: b.City, DeliveryTime: Millis(b.Time), DeliveryUntil: Millis(b.Until), Tracked: b.Tracked, RulesVersion: b.Rules, Address: b.Address, Language: b.Language,
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
	// Booked counts the bookings of slots from a time on, by start of the slot: of those that Pool names. Only full slots
	// matter, but all are returned.
	Booked(ctx context.Context, pool string, from time.Time) (map[time.Time]int, error)
	// Book gives an order its time and journals DeliveryBooked. The error is fault.NotReady if the order is not STOCKED,
	// fault.AlreadyBooked if it has another time, fault.SlotTaken if the slot is full, and fault.LimitReached if the
	// customer has the maximum of pending deliveries. The same time again returns the same booking. Test orders take no
	// room.
	Book(ctx context.Context, orderID int64, to Slot, room Room) (Booking, error)
	// Move gives an order another time and journals DeliveryRescheduled; its slot is free again. The error is fault.NotReady if
	// the order has no time, fault.TooLate after the cut-off, and fault.SlotTaken if the slot is full. The same time again
	// changes nothing.
	Move(ctx context.Context, orderID int64, to Slot, room Room) (Booking, error)
	// ReportDelivery moves an order to where its delivery company says that it is, and journals the event of that. Reports that
	// come late or twice, and those about an order that is not tracked, change nothing.
	ReportDelivery(ctx context.Context, orderID int64, r Report) error
}

// Slot is a delivery window of a market, as an order books it.
type Slot struct {
	Start time.Time
	End   time.Time // zero where the rules give it none
	Zone  string    // whose room is counted; "": the market's
}

// Pool names the slots of a market, or of one of its zones, in which bookings are counted.
func Pool(market, zone string) string {
	if zone == "" {
		return market
	}
	return market + "/" + zone
}

// Room bounds the bookings, and their changes.
type Room struct {
	Slot     int            // of one slot
	Customer int            // pending ones of one mail address, organization or address; 0: no limit
	CutOff   *cutoff.Before // until when a booking can be changed
}

// Consignment tells the delivery company what to fetch, and when and where to deliver it.
type Consignment struct {
	Key     string // idempotency key of the order's delivery
	Booking Booking
}

// Change tells the delivery company what an order's delivery is from now on. It says all of it: changes may come late, twice and
// in any order, also before the consignment, and the one with the highest version holds.
type Change struct {
	Key       string // of the order's delivery, as in Consignment
	Version   int64
	CalledOff bool    // the delivery is cancelled, and Booking names the order only
	Booking   Booking // its Version does not count
}

// Carrier is the delivery company. Its calls are bounded in time.
type Carrier interface {
	// Consign orders a van, once for each key.
	Consign(ctx context.Context, c Consignment) error
	// Change changes what was consigned, once for each key and version.
	Change(ctx context.Context, c Change) error
}

// Links opens the signed links that are the keys to an order.
type Links interface {
	// OpenDelivery opens a delivery key, or returns fault.Unauthorized.
	OpenDelivery(key string) (ref.Opened, error)
}
