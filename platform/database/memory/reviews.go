package memory

import (
	"context"
	"math"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// OpenReviews returns orders that wait for a step of their review.
func (s *Store) OpenReviews(_ context.Context, step string, before time.Time, limit int) ([]event.OpenReview, error) {
	open := s.some(math.MaxInt, func(o order.Order) bool { return o.Awaits(step) && o.StatusAt.Before(before) })
	slices.SortStableFunc(open, func(a, b order.Order) int { return a.StatusAt.Compare(b.StatusAt) })
	return database.OpenReviews(open[:min(len(open), limit)]), nil
}
