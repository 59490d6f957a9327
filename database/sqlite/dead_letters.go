package sqlite

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/fault"
)

// Replay makes a dead letter due again at once.
func (s *Store) Replay(ctx context.Context, r *event.Receipt) error {
	return s.unpark(ctx, r, 1, `UPDATE receipts SET state = 'pending', attempts = 0, sends = max(sends, 1), next_try = ?, changed_at = ?
		WHERE event_id = ? AND subscriber = ? AND state = 'parked'`, s.now().UnixMilli())
}

// Discard gives a dead letter up.
func (s *Store) Discard(ctx context.Context, r *event.Receipt, reason string) error {
	return s.unpark(ctx, r, 0, `UPDATE receipts SET state = 'discarded', last_error = last_error || ' | discarded: ' || ?, changed_at = ?
		WHERE event_id = ? AND subscriber = ? AND state = 'parked'`, reason)
}

// unpark changes a parked receipt, which then waits for so many first tries.
func (s *Store) unpark(ctx context.Context, r *event.Receipt, waits int, update string, arg any) error {
	_, err := s.do(ctx, func(t *tx) error {
		n, err := t.change(update, arg, s.now().UnixMilli(), r.EventID, r.Subscriber)
		if err == nil && n == 0 {
			return fault.New(fault.Conflict, "%s has no dead letter for event %s", r.Subscriber, r.EventID)
		}
		t.waits(r.Subscriber, waits)
		return err
	})
	return err
}

// ReplayAll makes dead letters of a subscriber due again at once.
func (s *Store) ReplayAll(ctx context.Context, subscriber string, limit int) (replayed int, err error) {
	now := s.now().UnixMilli()
	_, err = s.do(ctx, func(t *tx) error {
		n, err := t.change(`UPDATE receipts SET state = 'pending', attempts = 0, sends = max(sends, 1), next_try = ?, changed_at = ?
			WHERE state = 'parked' AND (event_id, subscriber) IN (SELECT event_id, subscriber FROM receipts INDEXED BY receipts_parked
				WHERE state = 'parked' AND subscriber = ? ORDER BY changed_at LIMIT ?)`, now, now, subscriber, limit)
		replayed = int(n)
		t.waits(subscriber, replayed)
		return err
	})
	return replayed, err
}
