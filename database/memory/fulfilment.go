package memory

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// Booking returns the order as delivery sees it.
func (s *Store) Booking(ctx context.Context, orderID int64) (delivery.Booking, error) {
	o, err := s.Order(ctx, orderID)
	return database.BookingOf(o), err
}

// Booked counts the bookings of a market's slots.
func (s *Store) Booked(_ context.Context, market string, from time.Time) (map[time.Time]int, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	booked := map[time.Time]int{}
	for at, n := range s.disk.slots {
		if at.market == market && at.start >= from.UnixMilli() {
			booked[time.UnixMilli(at.start).UTC()] = n
		}
	}
	return booked, nil
}

// Book gives an order its time.
func (s *Store) Book(ctx context.Context, orderID int64, at time.Time, room delivery.Room) (booking delivery.Booking, err error) {
	duplicate, err := s.do(ctx, func(t *tx) error {
		o, err := t.disk.order(orderID)
		booking = database.BookingOf(o)
		if err != nil {
			return err
		}
		booked, err := database.Bookable(o, at)
		if err != nil || booked {
			return err
		}
		if err := t.within(o.DeliveryCaps(t.now(), room.Customer)); err != nil {
			return err
		}
		if err := t.takeRoom(o, at, room.Slot); err != nil {
			return err
		}
		before := o
		o.DeliveryTime, booking.Time = at, at
		set(t, &t.disk.orders[o.ID-1], o)
		t.retally(before, o)
		return t.write(ctx, booking.Event())
	})
	if duplicate && err == nil {
		return s.Booking(ctx, orderID)
	}
	return booking, err
}

// takeRoom counts a real order into its slot, if there is room.
func (t *tx) takeRoom(o order.Order, at time.Time, capacity int) error {
	wanted := slot{o.Market, at.UnixMilli()}
	booked := t.disk.slots[wanted]
	switch {
	case o.TestID != 0:
		return nil
	case booked >= capacity:
		return fault.New(fault.SlotTaken, "this delivery time has just been taken; please pick another one")
	}
	put(t, t.disk.slots, wanted, booked+1)
	return nil
}

// StockOrder returns the order as stock sees it.
func (s *Store) StockOrder(ctx context.Context, orderID int64) (stock.Order, error) {
	o, err := s.Order(ctx, orderID)
	return database.StockOrder(o), err
}

// RefuseStock cancels an order whose plants cannot be had.
func (s *Store) RefuseStock(ctx context.Context, orderID int64) error {
	return database.RefuseStock(ctx, s, orderID)
}

// StockCreated journals StockCreated for an order that is PLACED.
func (s *Store) StockCreated(ctx context.Context, orderID int64) error {
	_, err := s.do(ctx, func(t *tx) error {
		o, err := t.disk.order(orderID)
		switch {
		case err != nil:
			return err
		case o.Status == order.Placed && !t.disk.stated(o.ID, event.TypeStockCreated):
			return t.write(ctx, event.StockCreated{OrderID: o.ID, TestID: o.TestID})
		case o.Status == order.Placed, o.Status == order.Stocked, o.Status == order.DeliveryBooked, o.Status == order.Cancelled:
			return nil
		}
		return fault.New(fault.Conflict, "order %d is %s; it is not in the order book yet", o.ID, o.Status)
	})
	return err
}

// Sale returns an order as finance sees it.
func (s *Store) Sale(_ context.Context, orderID int64) (finance.Sale, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	o, err := s.disk.order(orderID)
	if err != nil {
		return finance.Sale{}, err
	}
	return finance.Sale{OrderID: o.ID, Ref: o.Ref(), Amount: o.Total, CatalogTotal: o.CatalogTotal(), Placed: s.disk.stated(o.ID, event.TypeOrderPlaced), Test: o.TestID != 0}, nil
}
