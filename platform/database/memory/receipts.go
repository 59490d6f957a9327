package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// The states of a receipt.
const pending, done, parked, discarded = "pending", "done", "parked", "discarded"

type receiptKey struct{ eventID, subscriber string }

// receipt is a row. It is never changed, only replaced.
type receipt struct {
	receiptKey
	env                event.Envelope
	state              string
	attempts, sends    int
	nextTry, changedAt time.Time
	lastError          string
}

// expect stores a receipt in place of the one before.
func (t *tx) expect(r *receipt) {
	put(t, t.disk.receipts, r.receiptKey, r)
	put(t, t.disk.pending, r.receiptKey, r)
	if r.state != pending {
		delete(t.disk.pending, r.receiptKey) // after put, which notes how it is undone
	}
}

// change replaces a receipt that is in a state, and reports whether it was.
func (t *tx) change(key *event.Receipt, from string, change func(*receipt)) bool {
	r, ok := t.disk.receipts[receiptKey{key.EventID, key.Subscriber}]
	if !ok || r.state != from {
		return false
	}
	changed := *r
	changed.changedAt = millis(t.now())
	change(&changed)
	t.expect(&changed)
	return true
}

// settle marks a pending or parked receipt as done, and reports whether it was one.
func (t *tx) settle(key *event.Receipt) bool {
	isDone := func(r *receipt) { r.state = done }
	return t.change(key, pending, isDone) || t.change(key, parked, isDone)
}

func (s *Store) receipt(key *event.Receipt) (receipt, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	if r, ok := s.disk.receipts[receiptKey{key.EventID, key.Subscriber}]; ok {
		return *r, nil
	}
	return receipt{}, fault.New(fault.NotFound, "there is no receipt of %s for event %s", key.Subscriber, key.EventID)
}

// ReceiptOpen reports whether the receipt is still pending.
func (s *Store) ReceiptOpen(_ context.Context, key *event.Receipt) (bool, error) {
	r, err := s.receipt(key)
	return r.state == pending, err
}

// Attempts is the number of failed tries so far.
func (s *Store) Attempts(_ context.Context, key *event.Receipt) (int, error) {
	r, err := s.receipt(key)
	return r.attempts, err
}

// MarkDone marks a pending receipt as done.
func (s *Store) MarkDone(ctx context.Context, key *event.Receipt) error {
	_, err := s.do(event.WithReceipt(ctx, key), func(*tx) error { return nil })
	return err
}

// ExpireLeases ends all leases. What was sent more often than it failed is on a lease, not on a back-off.
func (s *Store) ExpireLeases(ctx context.Context) error {
	_, err := s.do(ctx, func(t *tx) error {
		for key := range t.disk.pending {
			t.change(&event.Receipt{EventID: key.eventID, Subscriber: key.subscriber}, pending, func(r *receipt) {
				if r.attempts == 0 || r.sends > r.attempts {
					r.nextTry = millis(t.now())
				}
				r.sends = r.attempts
			})
		}
		return nil
	})
	return err
}

// MakeDue makes receipts due at once.
func (s *Store) MakeDue(ctx context.Context, receipts []*event.Receipt) error {
	_, err := s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		for _, key := range receipts {
			t.change(key, pending, func(r *receipt) {
				if now := millis(t.now()); r.attempts == 0 && r.nextTry.After(now) {
					r.nextTry = now
				}
			})
		}
		return nil
	})
	return err
}

// TakeDue returns receipts that are due and puts each off by its lease.
func (s *Store) TakeDue(ctx context.Context, at time.Time, lease time.Duration, limit int) (taken []database.Due, err error) {
	_, err = s.do(ctx, func(t *tx) error {
		for _, r := range t.disk.due(at, limit) {
			t.change(&event.Receipt{EventID: r.eventID, Subscriber: r.subscriber}, pending, func(r *receipt) {
				r.nextTry = millis(t.now().Add(lease << min(max(r.sends-r.attempts, 0), database.MaxDoublings)))
				r.sends++
				taken = append(taken, database.Due{Envelope: r.env, Subscriber: r.subscriber, Send: r.sends, Attempts: r.attempts})
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// due returns receipts that are due, oldest first. The caller holds the lock.
func (d *Disk) due(at time.Time, limit int) (due []*receipt) {
	for _, r := range d.pending {
		if !r.nextTry.After(at) {
			due = append(due, r)
		}
	}
	slices.SortFunc(due, func(a, b *receipt) int {
		return cmp.Or(a.nextTry.Compare(b.nextTry), cmp.Compare(a.eventID, b.eventID), cmp.Compare(a.subscriber, b.subscriber))
	})
	return due[:min(len(due), limit)]
}

// ReceiptsOf returns the receipts of all events of an order.
func (s *Store) ReceiptsOf(_ context.Context, orderID int64) ([]database.ReceiptState, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return slices.Clone(s.disk.historyOf(orderID).Receipts), nil
}
