package memory

import (
	"context"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// DeleteTests deletes old test orders.
func (s *Store) DeleteTests(ctx context.Context, before time.Time, limit int) (deleted int, err error) {
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		old := slices.DeleteFunc(slices.Clone(t.disk.orders), func(o order.Order) bool { return !t.disk.oldTest(o, millis(before)) })
		slices.SortStableFunc(old, func(a, b order.Order) int { return a.StatusAt.Compare(b.StatusAt) })
		deleted = min(limit, len(old))
		for _, o := range old[:deleted] {
			t.deleteTest(o.ID)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

// oldTest answers database.OldTests of an order.
func (d *Disk) oldTest(o order.Order, before time.Time) bool {
	if o.TestID == 0 || !millis(o.StatusAt).Before(before) || o.Status == order.PaymentPending || d.newest() == o.ID {
		return false
	}
	if _, archived := d.archive[o.ID]; archived {
		return true
	}
	return !slices.ContainsFunc(d.historyOf(o.ID).Receipts, func(r database.ReceiptState) bool {
		return r.State == pending || !r.ChangedAt.Before(before)
	})
}

// newest is the highest number of an order.
func (d *Disk) newest() int64 {
	for _, o := range slices.Backward(d.orders) {
		if o.ID != 0 {
			return o.ID
		}
	}
	return 0
}

func (t *tx) deleteTest(id int64) {
	t.archive(id) // which takes events and receipts away
	remove(t, t.disk.archive, id)
	set(t, &t.disk.ledger, slices.DeleteFunc(slices.Clone(t.disk.ledger), func(e database.LedgerEntry) bool { return e.OrderID == id }))
	for key, c := range t.disk.keys {
		if c.orderID == id {
			remove(t, t.disk.keys, key)
		}
	}
	for key := range t.disk.asked {
		if key.orderID == id {
			remove(t, t.disk.asked, key)
		}
	}
	set(t, &t.disk.orders[id-1], order.Order{})
}

// TestsByStatus counts the test orders of each status.
func (s *Store) TestsByStatus(context.Context) (map[order.Status]int, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	tests := map[order.Status]int{}
	for _, o := range s.disk.orders {
		if o.TestID != 0 {
			tests[o.Status]++
		}
	}
	return tests, nil
}
