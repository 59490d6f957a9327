package sqlite

import (
	"context"
	"fmt"
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
	events, err := collect(ctx, s.read, func(row scanner) (c count, err error) {
		err = row.Scan(&c.of, &c.n)
		return c, err
	}, `SELECT type, count(*) FROM journal WHERE event_id >= ? AND event_id < ? GROUP BY type`,
		database.FirstEventID(from), database.FirstEventID(until))
	if err != nil {
		return database.Flow{}, fmt.Errorf("sqlite: flow: %w", err)
	}
	flow := database.Flow{Events: map[event.Type]int{}}
	for _, c := range events {
		flow.Events[c.of] = c.n
	}
	flow.Steps, err = s.flowing(ctx)
	return flow, err
}

// flowing counts what is not done, at each subscriber.
func (s *Store) flowing(ctx context.Context) ([]database.Step, error) {
	return collect(ctx, s.read, func(row scanner) (step database.Step, err error) {
		var oldest string
		err = row.Scan(&step.Subscriber, &step.Waiting, &step.Failing, &step.Parked, &oldest)
		step.Oldest = database.TimeOfEventID(oldest)
		return step, err
	}, `SELECT subscriber, sum(waiting), sum(failing), sum(parked), min(oldest) FROM (
			SELECT subscriber, count(*) AS waiting, sum(attempts > 0) AS failing, 0 AS parked, min(event_id) AS oldest
				FROM receipts INDEXED BY receipts_pending WHERE state = 'pending' GROUP BY subscriber
			UNION ALL SELECT subscriber, 0, 0, count(*), 'z' FROM receipts INDEXED BY receipts_parked WHERE state = 'parked' GROUP BY subscriber)
		GROUP BY subscriber ORDER BY subscriber`)
}

// InWork returns pending receipts of a subscriber, the oldest first.
func (s *Store) InWork(ctx context.Context, subscriber string, limit int) ([]database.Pending, error) {
	return collect(ctx, s.read, func(row scanner) (p database.Pending, err error) {
		var since, next int64
		err = row.Scan(&p.OrderID, &p.EventID, &since, &p.Attempts, &next, &p.LastError)
		p.Since, p.NextTry = database.FromMillis(since), database.FromMillis(next)
		return p, err
	}, `SELECT j.order_id, j.event_id, j.time, r.attempts, r.next_try, r.last_error FROM
			(SELECT event_id, attempts, next_try, last_error FROM receipts INDEXED BY receipts_pending
				WHERE state = 'pending' AND subscriber = ? ORDER BY event_id LIMIT ?) r
			JOIN journal j ON j.event_id = r.event_id ORDER BY j.event_id`, subscriber, limit)
}
