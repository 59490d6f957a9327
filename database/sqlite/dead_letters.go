package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
)

var deadLetters = `SELECT ` + eventColumns + `, r.subscriber, r.attempts, r.last_error, r.changed_at
	FROM receipts r JOIN journal j ON j.event_id = r.event_id WHERE r.state = 'parked'`

// ListDeadLetters returns parked receipts, oldest first.
func (s *Store) ListDeadLetters(ctx context.Context, limit int) ([]database.DeadLetter, error) {
	return collect(ctx, s.read, scanDeadLetter, deadLetters+` ORDER BY r.changed_at LIMIT ?`, limit)
}

// DeadLetter returns one dead letter.
func (s *Store) DeadLetter(ctx context.Context, r *event.Receipt) (database.DeadLetter, error) {
	row := s.read.QueryRowContext(ctx, deadLetters+` AND r.event_id = ? AND r.subscriber = ?`, r.EventID, r.Subscriber)
	letter, err := scanDeadLetter(row)
	if errors.Is(err, sql.ErrNoRows) {
		return letter, fault.New(fault.NotFound, "there is no dead letter of %s for event %s", r.Subscriber, r.EventID)
	}
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
