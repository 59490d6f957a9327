package memory

import (
	"context"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/platform/database"
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
