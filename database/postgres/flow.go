package postgres

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
)

// Flow counts events by their ids, which rise with time, and receipts in the indexes of those that are not done.
func (s *Store) Flow(ctx context.Context, from, until time.Time) (database.Flow, error) {
	type count struct {
		of event.Type
		n  int
	}
	events, err := collect(ctx, s, func(row scanner) (c count, err error) {
		err = row.Scan(&c.of, &c.n)
		return c, err
	}, `SELECT type, count(*) FROM journal WHERE event_id >= $1 AND event_id < $2 GROUP BY type`, firstID(from), firstID(until))
	if err != nil {
		return database.Flow{}, err
	}
	flow := database.Flow{Events: map[event.Type]int{}}
	for _, c := range events {
		flow.Events[c.of] = c.n
	}
	flow.Steps, err = s.flowing(ctx)
	return flow, err
}

// flowing counts what is not done, at each subscriber: maxCounted of what is pending at most, since more is behind by any
// measure.
func (s *Store) flowing(ctx context.Context) ([]database.Step, error) {
	return collect(ctx, s, func(row scanner) (step database.Step, err error) {
		var oldest string
		err = row.Scan(&step.Subscriber, &step.Waiting, &step.Failing, &step.Parked, &oldest)
		step.Oldest = database.TimeOfEventID(oldest)
		return step, err
	}, `SELECT subscriber, count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'pending' AND attempts > 0),
			count(*) FILTER (WHERE state = 'parked'), coalesce(min(event_id::text) FILTER (WHERE state = 'pending'), '') FROM (
			(SELECT subscriber, state, attempts, event_id FROM receipts WHERE state = 'pending' LIMIT $1)
			UNION ALL (SELECT subscriber, state, attempts, event_id FROM receipts WHERE state = 'parked' LIMIT $1)) r
		GROUP BY subscriber ORDER BY subscriber`, maxCounted)
}

// InWork returns pending receipts of a subscriber, the oldest first.
func (s *Store) InWork(ctx context.Context, subscriber string, limit int) ([]database.Pending, error) {
	return collect(ctx, s, func(row scanner) (p database.Pending, err error) {
		var since, next int64
		err = row.Scan(&p.OrderID, &p.EventID, &since, &p.Attempts, &next, &p.LastError)
		p.Since, p.NextTry = database.FromMillis(since), database.FromMillis(next)
		return p, err
	}, `SELECT j.order_id, j.event_id::text, j.time, r.attempts, r.next_try, r.last_error FROM
			(SELECT event_id, attempts, next_try, last_error FROM receipts
				WHERE state = 'pending' AND subscriber = $1 ORDER BY event_id LIMIT $2) r
			JOIN journal j ON j.event_id = r.event_id ORDER BY j.event_id`, subscriber, limit)
}
