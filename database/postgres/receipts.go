package postgres

import (
	"context"
	"time"

	"acme.example/webshop/database/queries"
	"acme.example/webshop/event"
)

// receiptRow is a receipt that a transaction has locked. One that is not there has no state.
type receiptRow struct{ state string }

func (r *receiptRow) read(key *event.Receipt) read {
	return read{
		lock: lock{receiptLock, key.EventID + " " + key.Subscriber},
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

// Retry keeps a failed try and makes the receipt due again.
func (s *Store) Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error {
	return s.failed(ctx, r, "pending", failure, next)
}

// Hold puts off a pending receipt.
func (s *Store) Hold(ctx context.Context, r *event.Receipt, until time.Time) error {
	_, err := s.do(event.WithReceipt(ctx, nil), []read{new(receiptRow).read(r)}, func(t *tx) error {
		t.exec(`UPDATE receipts SET next_try = greatest(next_try, $3) WHERE event_id = $1 AND subscriber = $2 AND state = 'pending'`,
			queries.EventID(r.EventID), r.Subscriber, until.UnixMilli())
		return nil
	})
	return err
}

// Park makes a pending receipt a dead letter.
func (s *Store) Park(ctx context.Context, r *event.Receipt, failure string) error {
	return s.failed(ctx, r, "parked", failure, s.now())
}

func (s *Store) failed(ctx context.Context, r *event.Receipt, state, failure string, next time.Time) error {
	var row receiptRow
	_, err := s.do(event.WithReceipt(ctx, nil), []read{row.read(r)}, func(t *tx) error {
		if row.state == "pending" {
			t.exec(`UPDATE receipts SET state = $3, attempts = attempts + 1, next_try = $4, last_error = $5, changed_at = $6
				WHERE event_id = $1 AND subscriber = $2`,
				queries.EventID(r.EventID), r.Subscriber, state, next.UnixMilli(), failure, s.now().UnixMilli())
		}
		return nil
	})
	return err
}

// Unsettle makes a done receipt a dead letter.
func (s *Store) Unsettle(ctx context.Context, r *event.Receipt, failure string) (unsettled bool, err error) {
	var row receiptRow
	_, err = s.do(event.WithReceipt(ctx, nil), []read{row.read(r)}, func(t *tx) error {
		if unsettled = row.state == "done"; unsettled {
			t.exec(`UPDATE receipts SET state = 'parked', attempts = attempts + 1, last_error = $3, changed_at = $4
				WHERE event_id = $1 AND subscriber = $2`, queries.EventID(r.EventID), r.Subscriber, failure, s.now().UnixMilli())
		}
		return nil
	})
	return unsettled, err
}
