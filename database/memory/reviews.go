package memory

import (
	"context"
	"math"
	"slices"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// RecordReview keeps how a step of an order's review was decided.
func (s *Store) RecordReview(ctx context.Context, orderID int64, step string, passed bool, by, note string) (holds bool, err error) {
	duplicate, err := s.do(ctx, func(t *tx) error {
		o, err := t.disk.order(orderID)
		if err != nil {
			return err
		}
		var done []event.Event
		if o, done, holds, err = o.WithReview(order.Decision(step, passed, by, note), t.now()); err != nil || !holds {
			return err
		}
		set(t, &t.disk.orders[o.ID-1], o)
		return t.write(ctx, done...)
	})
	return holds || duplicate, err
}

// OpenReviews returns orders that wait for a step of their review.
func (s *Store) OpenReviews(_ context.Context, step string, before time.Time, limit int) ([]event.OpenReview, error) {
	open := s.some(math.MaxInt, func(o order.Order) bool { return o.Awaits(step) && o.StatusAt.Before(before) })
	slices.SortStableFunc(open, func(a, b order.Order) int { return a.StatusAt.Compare(b.StatusAt) })
	return database.OpenReviews(open[:min(len(open), limit)]), nil
}
