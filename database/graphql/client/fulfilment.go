package client

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/stock"
)

// Booking returns the order as delivery sees it, or fault.NotFound.
func (s *Store) Booking(ctx context.Context, orderID int64) (delivery.Booking, error) {
	answer, err := readBooking(ctx, s, orderID)
	if err != nil {
		return delivery.Booking{}, err
	}
	return answer.Booking, nil
}

// Booked counts the bookings of a market's slots.
func (s *Store) Booked(ctx context.Context, market string, from time.Time) (map[time.Time]int, error) {
	answer, err := readBooked(ctx, s, market, from)
	if err != nil {
		return nil, err
	}
	booked := make(map[time.Time]int, len(answer.BookedSlots))
	for _, slot := range answer.BookedSlots {
		booked[slot.Time] = slot.Count
	}
	return booked, nil
}

// Book gives an order its delivery time.
func (s *Store) Book(ctx context.Context, orderID int64, at time.Time, room delivery.Room) (delivery.Booking, error) {
	r, key := carried(ctx)
	answer, err := bookDelivery(ctx, s, orderID, at, room.Slot, room.Customer, key)
	if err != nil {
		return delivery.Booking{}, err
	}
	settle(r, answer.BookDelivery.Settled)
	return answer.BookDelivery.Booking, nil
}

// StockOrder returns the order as stock sees it, or fault.NotFound.
func (s *Store) StockOrder(ctx context.Context, orderID int64) (stock.Order, error) {
	answer, err := readStockOrder(ctx, s, orderID)
	if err != nil {
		return stock.Order{}, err
	}
	return answer.StockOrder, nil
}

// TakeUnanswered returns orders about which the stockist is to be asked now.
func (s *Store) TakeUnanswered(ctx context.Context, before time.Time, again time.Duration, limit int) ([]stock.Order, error) {
	answer, err := takeUnanswered(ctx, s, before, again.String(), limit)
	if err != nil {
		return nil, err
	}
	return answer.TakeUnanswered, nil
}

// TakeReviews returns orders about which a step of their review is to ask now.
func (s *Store) TakeReviews(ctx context.Context, step string, before time.Time, again time.Duration, limit int) ([]event.OpenReview, error) {
	answer, err := takeReviews(ctx, s, step, before, again.String(), limit)
	if err != nil {
		return nil, err
	}
	return answer.TakeReviews, nil
}

// OpenReviews returns orders that wait for a step of their review.
func (s *Store) OpenReviews(ctx context.Context, step string, before time.Time, limit int) ([]event.OpenReview, error) {
	answer, err := readOpenReviews(ctx, s, step, before, limit)
	if err != nil {
		return nil, err
	}
	return answer.OpenReviews, nil
}

// Reviewed keeps how a step of an order's review was decided.
func (s *Store) Reviewed(ctx context.Context, orderID int64, step string, passed bool, by, note string) (bool, error) {
	r, key := carried(ctx)
	answer, err := decideReview(ctx, s, orderID, step, passed, by, note, key)
	if err != nil {
		return false, err
	}
	settle(r, answer.DecideReview.Settled)
	return answer.DecideReview.Holds, nil
}

// RefuseStock cancels an order whose plants cannot be had.
func (s *Store) RefuseStock(ctx context.Context, orderID int64) error {
	r, key := carried(ctx)
	answer, err := refuseStock(ctx, s, orderID, key)
	if err == nil {
		settle(r, answer.RefuseStock)
	}
	return err
}

// StockCreated journals StockCreated for an order.
func (s *Store) StockCreated(ctx context.Context, orderID int64) error {
	r, key := carried(ctx)
	answer, err := confirmStock(ctx, s, orderID, key)
	if err == nil {
		settle(r, answer.ConfirmStock)
	}
	return err
}

// State journals an event of an order, once.
func (s *Store) State(ctx context.Context, e event.Event) error {
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("event %s: %w", e.EventType(), err)
	}
	r, key := carried(ctx)
	answer, err := stateEvent(ctx, s, string(e.EventType()), string(data), key)
	if err == nil {
		settle(r, answer.StateEvent)
	}
	return err
}
