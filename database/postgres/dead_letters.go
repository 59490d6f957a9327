package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/database/queries"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
)

// Replay makes a dead letter due again at once.
func (s *Store) Replay(ctx context.Context, r *event.Receipt) error {
	return s.unpark(ctx, r, `UPDATE receipts SET state = 'pending', attempts = 0, sends = greatest(sends, 1), next_try = $3, changed_at = $3
		WHERE event_id = $1 AND subscriber = $2`, s.now().UnixMilli())
}

// Discard gives a dead letter up.
func (s *Store) Discard(ctx context.Context, r *event.Receipt, reason string) error {
	return s.unpark(ctx, r, `UPDATE receipts SET state = 'discarded', last_error = last_error || ' | discarded: ' || $4, changed_at = $3
		WHERE event_id = $1 AND subscriber = $2`, s.now().UnixMilli(), reason)
}

// unpark changes a parked receipt.
func (s *Store) unpark(ctx context.Context, r *event.Receipt, update string, args ...any) error {
	var row receiptRow
	_, err := s.do(ctx, []read{row.read(r)}, func(t *tx) error {
		if row.state != "parked" {
			return fault.New(fault.Conflict, "%s has no dead letter for event %s", r.Subscriber, r.EventID)
		}
		t.exec(update, append([]any{queries.EventID(r.EventID), r.Subscriber}, args...)...)
		return nil
	})
	return err
}

// ReplayAll makes dead letters of a subscriber due again at once.
func (s *Store) ReplayAll(ctx context.Context, subscriber string, limit int) (replayed int, err error) {
	return s.count(ctx, `UPDATE receipts SET state = 'pending', attempts = 0, sends = greatest(sends, 1), next_try = $1, changed_at = $1
		WHERE state = 'parked' AND (event_id, subscriber) IN (SELECT event_id, subscriber FROM receipts
			WHERE state = 'parked' AND subscriber = $2 ORDER BY changed_at LIMIT $3 FOR UPDATE SKIP LOCKED)`,
		s.now().UnixMilli(), subscriber, limit)
}

// count runs a statement that is a transaction by itself, and returns how many rows it changed.
func (s *Store) count(ctx context.Context, sql string, args ...any) (n int, err error) {
	err = s.change(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		tag, err := conn.Exec(ctx, sql, held(args)...)
		n = int(tag.RowsAffected())
		return err
	})
	return n, err
}
