package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/delivery"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
)

// Book gives an order its time.
func (s *Store) Book(ctx context.Context, orderID int64, at time.Time, room delivery.Room) (booking delivery.Booking, err error) {
	duplicate, err := s.do(ctx, func(t *tx) error {
		var o order.Order
		if err := t.load(orderID, &o); err != nil {
			return err
		}
		booking = database.BookingOf(o)
		booked, err := database.Bookable(o, at)
		if err != nil || booked {
			return err
		}
		if err := t.within(o.DeliveryCaps(s.now(), room.Customer)); err != nil {
			return err
		}
		if err := t.takeRoom(o, at, room.Slot); err != nil {
			return err
		}
		before := o
		booking.Time = at
		if err := t.exec(`UPDATE orders SET delivery_time = ? WHERE order_id = ?`, at.UnixMilli(), orderID); err != nil {
			return err
		}
		o.DeliveryTime = at
		t.keep(o)
		if err := t.retally(before, o); err != nil {
			return err
		}
		return t.journal(ctx, s.now(), booking.Event())
	})
	if duplicate && err == nil {
		return s.Booking(ctx, orderID)
	}
	return booking, err
}

// takeRoom counts a real order into its slot, if there is room.
func (t *tx) takeRoom(o order.Order, at time.Time, capacity int) error {
	if o.TestID != 0 {
		return nil
	}
	var booked int
	err := t.row(`SELECT booked FROM slots WHERE market = ? AND starts_at = ?`, o.Market, at.UnixMilli()).Scan(&booked)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("sqlite: read slot: %w", err)
	}
	if booked >= capacity {
		return fault.New(fault.SlotTaken, "this delivery time has just been taken; please pick another one")
	}
	return t.exec(`INSERT INTO slots (market, starts_at, booked) VALUES (?, ?, 1)
		ON CONFLICT (market, starts_at) DO UPDATE SET booked = booked + 1`, o.Market, at.UnixMilli())
}
