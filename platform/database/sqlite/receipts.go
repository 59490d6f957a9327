package sqlite

import (
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

// settle marks a pending or parked receipt as done, and reports whether it was one.
func (t *tx) settle(r *event.Receipt, now time.Time) (bool, error) {
	return t.tried(r, `UPDATE receipts SET state = 'done', changed_at = ? WHERE event_id = ? AND subscriber = ? AND state IN ('pending', 'parked')`,
		now.UnixMilli(), r.EventID, r.Subscriber)
}

// tried changes a pending receipt after a try, and reports whether it was pending. Usually this was its first try, which
// it then no longer waits for.
func (t *tx) tried(r *event.Receipt, update string, args ...any) (bool, error) {
	first, err := t.change(update+` AND attempts = 0`, args...)
	if err != nil || first > 0 {
		t.waits(r.Subscriber, -int(first))
		return first > 0, err
	}
	again, err := t.change(update, args...)
	return again > 0, err
}

// MarkDone marks a pending receipt as done.
func (s *Store) MarkDone(ctx context.Context, r *event.Receipt) error {
	_, err := s.do(event.WithReceipt(ctx, r), func(*tx) error { return nil })
	return err
}

// changed updates the backlog when a use case has changed a receipt.
func (t *tx) changed(before, after *database.ReceiptRow) {
	switch {
	case before.FirstTry() && !after.FirstTry():
		t.waits(after.Subscriber, -1)
	case !before.FirstTry() && after.FirstTry():
		t.waits(after.Subscriber, 1)
	}
}

// ExpireLeases ends all leases. A receipt is on a lease, not on a back-off, if it was sent more often than it failed. It
// goes by due time: a receipt that another relay takes meanwhile is behind that point, or released once more as the same
// message.
func (s *Store) ExpireLeases(ctx context.Context) error {
	now := s.now().UnixMilli()
	for from := int64(0); ; {
		leased, err := collect(ctx, s.read, func(row scanner) (l leased, err error) {
			return l, row.Scan(&l.eventID, &l.subscriber, &l.until)
		}, `SELECT event_id, subscriber, next_try FROM receipts WHERE state = 'pending' AND next_try >= ?
			AND (sends <> attempts OR attempts = 0 AND next_try > ?) ORDER BY next_try LIMIT ?`, from, now, database.ReleaseBatch)
		if err != nil || len(leased) == 0 {
			return err
		}
		if err := s.release(ctx, leased, now); err != nil || len(leased) < database.ReleaseBatch {
			return err
		}
		from = leased[len(leased)-1].until
	}
}

// leased is a receipt and when it is due.
type leased struct {
	eventID, subscriber string
	until               int64
}

// release ends the leases of receipts, in one transaction.
func (s *Store) release(ctx context.Context, all []leased, now int64) error {
	_, err := s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		for _, l := range all {
			if err := t.exec(`UPDATE receipts SET sends = attempts, next_try = CASE WHEN attempts = 0 OR sends > attempts THEN min(next_try, ?) ELSE next_try END
				WHERE event_id = ? AND subscriber = ? AND state = 'pending'`, now, l.eventID, l.subscriber); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// wait returns how long after a send a receipt is sent again.
func wait(d database.Due, lease time.Duration) time.Duration {
	return lease << min(max(d.Send-d.Attempts, 0), database.MaxDoublings) // Send counts the sends before this one
}

// TakeDue returns due receipts and postpones each by its lease.
func (s *Store) TakeDue(ctx context.Context, at time.Time, lease time.Duration, limit int) ([]database.Due, error) {
	taken, err := s.due(ctx, at, limit)
	if err != nil || len(taken) == 0 {
		return nil, err
	}
	due, now := make([]database.Due, len(taken)), s.now()
	_, err = s.do(ctx, func(t *tx) error {
		for i, d := range taken {
			if err := t.exec(`UPDATE receipts SET sends = sends + 1, next_try = ? WHERE event_id = ? AND subscriber = ? AND state = 'pending'`,
				now.Add(wait(d, lease)).UnixMilli(), d.Envelope.ID, d.Subscriber); err != nil {
				return err
			}
			due[i] = d
			due[i].Send++
		}
		return nil
	})
	return due, err
}

func (s *Store) due(ctx context.Context, at time.Time, limit int) ([]database.Due, error) {
	return collect(ctx, s.read, func(row scanner) (d database.Due, err error) {
		err = database.ScanEvent(row, &d.Envelope, &d.Subscriber, &d.Send, &d.Attempts)
		return d, err
	}, `SELECT `+database.Events+`, r.subscriber, r.sends, r.attempts FROM receipts r JOIN journal j ON j.event_id = r.event_id
		JOIN orders o ON o.order_id = j.order_id WHERE r.state = 'pending' AND r.next_try <= ? ORDER BY r.next_try LIMIT ?`, at.UnixMilli(), limit)
}

// MakeDue makes receipts due at once.
func (s *Store) MakeDue(ctx context.Context, receipts []*event.Receipt) error {
	now := s.now().UnixMilli()
	_, err := s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		for _, r := range receipts {
			if err := t.exec(`UPDATE receipts SET next_try = ? WHERE event_id = ? AND subscriber = ? AND state = 'pending'
				AND attempts = 0 AND next_try > ?`, now, r.EventID, r.Subscriber, now); err != nil {
				return err
			}
		}
		return nil
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
