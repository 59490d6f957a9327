package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/delivery"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
)

// Book gives an order its time. It first looks at what never changes of an order, its market, its customer and whether it is a
// test, to know what to lock: test orders take no room, and so need not wait for each other.
func (s *Store) Book(ctx context.Context, orderID int64, at time.Time, room delivery.Room) (booking delivery.Booking, err error) {
	o, err := s.Order(ctx, orderID)
	if err != nil {
		return delivery.Booking{}, err
	}
	slot := slot{market: o.Market, start: at.UnixMilli(), capacity: room.Slot, endless: o.TestID != 0}
	caps, tallies := readCaps(o.DeliveryCaps(s.now(), room.Customer))
	duplicate, err := s.onOrder(ctx, orderID, func(t *tx, o order.Order) error {
		booking = database.BookingOf(o)
		booked, err := database.Bookable(o, at)
		if err != nil || booked {
			return err
		}
		if err := errors.Join(within(caps), slot.take(t)); err != nil {
			return err
		}
		before := o
		o.DeliveryTime = at
		t.retally(before, o)
		booking.Time = at
		t.exec(`UPDATE orders SET delivery_time = $2 WHERE order_id = $1`, orderID, slot.start)
		return t.journal(ctx, s.now(), booking.Event())
	}, append(tallies, slot.reads()...)...)
	if duplicate && err == nil {
		return s.Booking(ctx, orderID)
	}
	return booking, err
}

// slot is a delivery slot that an order wants a place in.
type slot struct {
	market   string
	start    int64
	capacity int
	endless  bool // takes no room
	booked   int
}

// reads locks the slot, which may have no row yet, and reads how many have it.
func (s *slot) reads() []read {
	if s.endless {
		return nil
	}
	return []read{named(fmt.Sprintf("slot %s %d", s.market, s.start)), {
		sql:  `SELECT booked FROM slots WHERE market = $1 AND starts_at = $2`,
		args: []any{s.market, s.start},
		scan: func(row scanner) error {
			s.booked = 0
			_, err := found(row, &s.booked)
			return err
		},
	}}
}

// take counts an order into the slot, if there is room.
func (s *slot) take(t *tx) error {
	if s.endless {
		return nil
	}
	if s.booked >= s.capacity {
		return fault.New(fault.SlotTaken, "this delivery time has just been taken; please pick another one")
	}
	t.exec(`INSERT INTO slots (market, starts_at, booked) VALUES ($1, $2, 1)
		ON CONFLICT (market, starts_at) DO UPDATE SET booked = slots.booked + 1`, s.market, s.start)
	return nil
}
