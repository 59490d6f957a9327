package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

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
