package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// OldestDue returns when the first of the pending receipts is due.
func (s *Store) OldestDue(context.Context) (first time.Time, err error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for _, r := range s.disk.pending {
		if first.IsZero() || r.nextTry.Before(first) {
			first = r.nextTry
		}
	}
	return first, nil
}

// Backlog counts the receipts that wait for their first try.
func (s *Store) Backlog() (u database.Backlog) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return s.disk.backlog()
}

// backlog counts. The caller holds the lock.
func (d *Disk) backlog() (u database.Backlog) {
	for _, r := range d.pending {
		switch {
		case r.attempts > 0:
		case event.Outside(r.subscriber):
			u.Outside++
		default:
			u.Inside++
		}
	}
	return u
}

// Queue says that no write waits.
func (s *Store) Queue() (waiting, most int) { return 0, 1 }

// Overdue returns the steps at which deadlines are missed.
func (s *Store) Overdue(_ context.Context, at time.Time, d database.Deadlines) ([]database.Stuck, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return append(s.disk.overdueReceipts(at, d.Receipts), s.disk.overdueOrders(at, d.Statuses)...), nil
}

func (d *Disk) overdueReceipts(at time.Time, deadlines map[string]time.Duration) []database.Stuck {
	return d.stuck(d.pending, func(r *receipt) (time.Time, bool) {
		longest, limited := deadlines[r.subscriber]
		return r.env.Time, limited && r.env.Time.Before(millis(at.Add(-longest)))
	})
}

// stuck groups receipts by subscriber, those of them that which names, with since when they wait.
func (d *Disk) stuck(receipts map[receiptKey]*receipt, which func(*receipt) (since time.Time, is bool)) (all []database.Stuck) {
	by := map[string][]database.Waiting{}
	for _, r := range receipts {
		if since, is := which(r); is {
			by[r.subscriber] = append(by[r.subscriber], database.Waiting{OrderID: r.env.OrderID, EventID: r.eventID, Since: since})
		}
	}
	for _, subscriber := range slices.Sorted(maps.Keys(by)) {
		all = append(all, oldest(database.Stuck{Subscriber: subscriber}, by[subscriber]))
	}
	return all
}

// oldest lists what waits.
func oldest(s database.Stuck, waiting []database.Waiting) database.Stuck {
	slices.SortFunc(waiting, func(a, b database.Waiting) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.EventID, b.EventID), cmp.Compare(a.OrderID, b.OrderID))
	})
	s.Count, s.Oldest = len(waiting), waiting[:min(len(waiting), database.MaxWaiting)]
	return s
}

func (d *Disk) overdueOrders(at time.Time, limits map[order.Status]time.Duration) (late []database.Stuck) {
	by := map[order.Status][]database.Waiting{}
	for _, o := range d.orders {
		longest, limited := limits[o.Status]
		if limited && len(o.Status.Next()) > 0 && o.StatusAt.Before(millis(at.Add(-longest))) {
			by[o.Status] = append(by[o.Status], database.Waiting{OrderID: o.ID, Since: o.StatusAt})
		}
	}
	for _, status := range slices.Sorted(maps.Keys(by)) {
		late = append(late, oldest(database.Stuck{Status: status}, by[status]))
	}
	return late
}

// Counts tells how many orders and receipts there are.
func (s *Store) Counts(context.Context) (database.Counts, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	counts := database.Counts{Orders: map[order.Status]int{}, Pending: len(s.disk.pending)}
	for _, o := range s.disk.orders {
		if o.ID != 0 {
			counts.Orders[o.Status]++
		}
	}
	for _, r := range s.disk.receipts {
		if r.state == parked {
			counts.Parked++
		}
	}
	return counts, nil
}

// Prune forgets keys that have expired, and when orders are to be asked about that have moved on.
func (s *Store) Prune(ctx context.Context, at time.Time) (most int, err error) {
	_, err = s.do(ctx, func(t *tx) error {
		keys, asked := len(t.disk.keys), len(t.disk.asked)
		for key, c := range t.disk.keys {
			if !c.expires.After(at) && t.disk.orders[c.orderID-1].Status != order.PaymentPending {
				remove(t, t.disk.keys, key)
			}
		}
		for key := range t.disk.asked {
			o := t.disk.orders[key.orderID-1]
			late := o.Status == order.PaymentDeclined && key.asker == order.LateAsker && o.StatusAt.After(millis(at.Add(-order.LateFor)))
			if !late && !slices.Contains(askedAbout, o.Status) {
				remove(t, t.disk.asked, key)
			}
		}
		most = max(keys-len(t.disk.keys), asked-len(t.disk.asked))
		return nil
	})
	return most, err
}

// askedAbout are the states of orders about which someone asks a partner.
var askedAbout = []order.Status{order.PaymentPending, order.InReview, order.Placed}
