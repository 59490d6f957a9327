package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// Overdue returns what is past its deadline.
func (s *Store) Overdue(_ context.Context, at time.Time, limits map[order.Status]time.Duration, limit int) ([]database.Overdue, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	all := append(s.disk.overdueReceipts(at), s.disk.overdueOrders(at, limits)...)
	return all[:min(len(all), limit)], nil
}

func (d *Disk) overdueReceipts(at time.Time) (late []database.Overdue) {
	for _, r := range d.pending {
		sub := event.Subscriptions[subscription(r.subscriber)]
		if r.env.Time.Before(millis(at.Add(-sub.Deadline))) {
			late = append(late, database.Overdue{
				OrderID: r.env.OrderID, Subscriber: r.subscriber, EventID: r.eventID, Since: r.env.Time, LastError: r.lastError,
			})
		}
	}
	slices.SortFunc(late, func(a, b database.Overdue) int {
		return cmp.Or(cmp.Compare(subscription(a.Subscriber), subscription(b.Subscriber)), cmp.Compare(a.EventID, b.EventID))
	})
	return late
}

func subscription(subscriber string) int {
	return slices.IndexFunc(event.Subscriptions, func(s event.Subscription) bool { return s.Subscriber == subscriber })
}

func (d *Disk) overdueOrders(at time.Time, limits map[order.Status]time.Duration) (late []database.Overdue) {
	for _, o := range d.orders {
		longest, limited := limits[o.Status]
		if limited && len(o.Status.Next()) > 0 && o.StatusAt.Before(millis(at.Add(-longest))) {
			late = append(late, database.Overdue{OrderID: o.ID, Status: o.Status, Since: o.StatusAt})
		}
	}
	return late
}

// Counts tells how many orders and receipts there are.
func (s *Store) Counts(context.Context) (database.Counts, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	counts := database.Counts{Orders: map[order.Status]int{}, Pending: len(s.disk.pending)}
	for _, o := range s.disk.orders {
		counts.Orders[o.Status]++
	}
	for _, r := range s.disk.receipts {
		if r.state == parked {
			counts.Parked++
		}
	}
	return counts, nil
}

// PruneClaims forgets claims that have expired.
func (s *Store) PruneClaims(ctx context.Context, at time.Time) error {
	_, err := s.do(ctx, func(t *tx) error {
		for key, c := range t.disk.claims {
			if !c.expires.After(at) && t.disk.orders[c.orderID-1].Status != order.PaymentPending {
				delete(t.disk.claims, key) // nothing after it can fail but the commit, and then they are forgotten all the same
			}
		}
		return nil
	})
	return err
}
