package memory

import (
	"context"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// Archive moves the histories of finished orders from the journal to the archive.
func (s *Store) Archive(ctx context.Context, before time.Time, limit int) (archived int, err error) {
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		archived = 0
		for _, env := range t.disk.journal { // each order is met first by its oldest event
			if o, err := t.disk.order(env.OrderID); err == nil && archived < limit && t.disk.finished(o, before) {
				t.archive(o.ID)
				archived++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return archived, nil
}

// finished answers database.Finished of an order.
func (d *Disk) finished(o order.Order, before time.Time) bool {
	before = millis(before)
	a := d.historyOf(o.ID)
	_, archived := d.archive[o.ID]
	switch {
	case archived, len(o.Status.Next()) > 0:
		return false
	case o.Status == order.Cancelled && o.PaymentReference != "" && o.Total.Minor > 0 && o.RefundReference == "":
		return false
	case !o.StatusAt.Before(before) || !o.DeliveryTime.Before(before):
		return false
	}
	for _, env := range a.History {
		if !env.Time.Before(before) {
			return false
		}
	}
	for _, r := range a.Receipts {
		if r.State != done && r.State != discarded || !r.ChangedAt.Before(before) {
			return false
		}
	}
	return len(d.misentered(o)) == 0
}

// archive moves one history.
func (t *tx) archive(id int64) {
	a := t.disk.historyOf(id)
	put(t, t.disk.archive, id, a)
	set(t, &t.disk.journal, slices.DeleteFunc(slices.Clone(t.disk.journal), func(env event.Envelope) bool { return env.OrderID == id }))
	for _, r := range a.Receipts {
		key := receiptKey{r.EventID, r.Subscriber}
		put(t, t.disk.receipts, key, t.disk.receipts[key])
		delete(t.disk.receipts, key) // after put, which notes how it is undone
	}
}

// historyOf returns the events of an order with their receipts, from the journal, or else from the archive. The caller
// holds the lock.
func (d *Disk) historyOf(id int64) database.Archived {
	if a, ok := d.archive[id]; ok {
		return a
	}
	a := database.Archived{OrderID: id}
	for _, env := range d.journal {
		if env.OrderID != id {
			continue
		}
		a.History = append(a.History, env)
		for _, subscriber := range slices.Sorted(slices.Values(event.SubscribersOf(env.Type))) {
			if r := d.receipts[receiptKey{env.ID, subscriber}]; r != nil {
				a.Receipts = append(a.Receipts, database.ReceiptState{
					EventID: r.eventID, Subscriber: r.subscriber, State: r.state, Attempts: r.attempts, LastError: r.lastError, ChangedAt: r.changedAt,
				})
			}
		}
	}
	return a
}

// OldestEvent returns when the oldest event of the journal happened.
func (s *Store) OldestEvent(context.Context) (time.Time, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	if len(s.disk.journal) == 0 {
		return time.Time{}, nil
	}
	return s.disk.journal[0].Time, nil
}
