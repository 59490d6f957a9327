package queries

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

var deadLetters = `SELECT ` + database.Events + `, r.subscriber, r.attempts, r.last_error, r.changed_at
	FROM receipts r JOIN journal j ON j.event_id = r.event_id JOIN orders o ON o.order_id = j.order_id WHERE r.state = 'parked'`

// ListDeadLetters returns parked receipts, oldest first.
func (q *Queries) ListDeadLetters(ctx context.Context, limit int) ([]database.DeadLetter, error) {
	return all(ctx, q, scanDeadLetter, deadLetters+` ORDER BY r.changed_at LIMIT $1`, limit)
}

// DeadLetter returns one dead letter, or NotFound.
func (q *Queries) DeadLetter(ctx context.Context, r *event.Receipt) (database.DeadLetter, error) {
	none := fault.New(fault.NotFound, "there is no dead letter of %s for event %s", r.Subscriber, r.EventID)
	return one(ctx, q, scanDeadLetter, none, deadLetters+` AND r.event_id = $1 AND r.subscriber = $2`, EventID(r.EventID), r.Subscriber)
}

func scanDeadLetter(row Row) (d database.DeadLetter, err error) {
	err = database.ScanEvent(row, &d.Envelope, &d.Subscriber, &d.Attempts, &d.LastError, (*database.Millis)(&d.ParkedAt))
	return d, err
}

// Parked returns the dead letters of each subscriber.
func (q *Queries) Parked(ctx context.Context) ([]database.Stuck, error) {
	parked, err := q.steps(ctx, `SELECT subscriber, count(*) FROM receipts INDEXED BY receipts_parked
		WHERE state = 'parked' GROUP BY subscriber ORDER BY subscriber`)
	for i, b := range parked {
		if err == nil {
			parked[i].Oldest, err = q.waiting(ctx, `SELECT j.order_id, j.event_id, r.changed_at FROM
				(SELECT event_id, changed_at FROM receipts INDEXED BY receipts_parked WHERE state = 'parked' AND subscriber = $1
				ORDER BY changed_at LIMIT $2) r JOIN journal j ON j.event_id = r.event_id ORDER BY r.changed_at`,
				b.Subscriber, database.MaxWaiting)
		}
	}
	return parked, err
}
