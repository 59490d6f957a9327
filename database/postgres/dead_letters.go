package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
)

var deadLetters = `SELECT ` + eventColumns + `, r.subscriber, r.attempts, r.last_error, r.changed_at
	FROM receipts r JOIN journal j ON j.event_id = r.event_id WHERE r.state = 'parked'`

// ListDeadLetters returns parked receipts, oldest first.
func (s *Store) ListDeadLetters(ctx context.Context, limit int) ([]database.DeadLetter, error) {
	return collect(ctx, s, scanDeadLetter, deadLetters+` ORDER BY r.changed_at LIMIT $1`, limit)
}

// DeadLetter returns one dead letter.
func (s *Store) DeadLetter(ctx context.Context, r *event.Receipt) (letter database.DeadLetter, err error) {
	none := fault.New(fault.NotFound, "there is no dead letter of %s for event %s", r.Subscriber, r.EventID)
	err = s.row(ctx, func(row scanner) (err error) {
		letter, err = scanDeadLetter(row)
		return err
	}, none, deadLetters+` AND r.event_id = $1 AND r.subscriber = $2`, eventID(r.EventID), r.Subscriber)
	return letter, err
}

func scanDeadLetter(row scanner) (d database.DeadLetter, err error) {
	var parked int64
	err = database.Journal.Scan(row, &d.Envelope, &d.Subscriber, &d.Attempts, &d.LastError, &parked)
	d.ParkedAt = database.FromMillis(parked)
	return d, err
}

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
		t.exec(update, append([]any{eventID(r.EventID), r.Subscriber}, args...)...)
		return nil
	})
	return err
}

// Parked returns the dead letters of each subscriber.
func (s *Store) Parked(ctx context.Context) ([]database.Stuck, error) {
	parked, err := s.steps(ctx, `SELECT subscriber, count(*) FROM receipts WHERE state = 'parked' GROUP BY subscriber ORDER BY subscriber`)
	for i, b := range parked {
		if err == nil {
			parked[i].Oldest, err = s.waiting(ctx, `SELECT j.order_id, j.event_id::text, r.changed_at FROM
				(SELECT event_id, changed_at FROM receipts WHERE state = 'parked' AND subscriber = $1
				ORDER BY changed_at LIMIT $2) r JOIN journal j ON j.event_id = r.event_id ORDER BY r.changed_at`,
				b.Subscriber, database.MaxWaiting)
		}
	}
	return parked, err
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
