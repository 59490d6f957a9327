package postgres

import (
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database/queries"
)

// receiptRow is a receipt that a transaction has locked. Its state is empty if it does not exist.
type receiptRow struct{ state string }

func (r *receiptRow) read(key *event.Receipt) read {
	return read{
		lock: lock{queries.Receipt, key.EventID + " " + key.Subscriber},
		sql:  `SELECT state FROM receipts WHERE event_id = $1 AND subscriber = $2 FOR UPDATE`,
		args: []any{queries.EventID(key.EventID), key.Subscriber},
		scan: func(row scanner) error {
			r.state = ""
			_, err := found(row, &r.state)
			return err
		},
	}
}

// settle marks a receipt as done.
func (t *tx) settle(r *event.Receipt, now time.Time) {
	t.exec(`UPDATE receipts SET state = 'done', changed_at = $3 WHERE event_id = $1 AND subscriber = $2`,
		queries.EventID(r.EventID), r.Subscriber, now.UnixMilli())
}

// MarkDone marks a pending receipt as done.
func (s *Store) MarkDone(ctx context.Context, r *event.Receipt) error {
	_, err := s.do(event.WithReceipt(ctx, r), nil, func(*tx) error { return nil })
	return err
}

// ReplayAll makes dead letters of a subscriber due again at once.
func (s *Store) ReplayAll(ctx context.Context, subscriber string, limit int) (replayed int, err error) {
	return s.count(ctx, `UPDATE receipts SET state = 'pending', attempts = 0, sends = greatest(sends, 1), next_try = $1, changed_at = $1
		WHERE state = 'parked' AND (event_id, subscriber) IN (SELECT event_id, subscriber FROM receipts
			WHERE state = 'parked' AND subscriber = $2 ORDER BY changed_at LIMIT $3 FOR UPDATE SKIP LOCKED)`,
		s.now().UnixMilli(), subscriber, limit)
}
