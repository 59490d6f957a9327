package memory

import (
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// Outcomes counts how real orders went.
func (s *Store) Outcomes(_ context.Context, from, until time.Time) (all []database.Outcome, _ error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	within := func(at time.Time) bool { return !at.Before(millis(from)) && at.Before(millis(until)) }
	counts := map[database.Outcome]int{}
	for _, env := range s.disk.journal {
		o := s.disk.orders[env.OrderID-1]
		if !within(env.Time) || o.TestID != 0 {
			continue
		}
		switch env.Type {
		case event.TypeOrderCreated, event.TypeReviewDone, event.TypeStockCreated:
			counts[database.Outcome{Event: env.Type, Provider: o.PaymentProvider}]++
		case event.TypeOrderCancelled:
			counts[database.Outcome{Event: env.Type, Provider: o.PaymentProvider, Reason: o.CancelReason}]++
		}
	}
	for _, o := range s.disk.orders {
		if o.Status == order.PaymentDeclined && o.TestID == 0 && within(o.StatusAt) {
			counts[database.Outcome{Provider: o.PaymentProvider}]++
		}
	}
	for outcome, n := range counts {
		outcome.Count = n
		all = append(all, outcome)
	}
	return all, nil
}
