package queries

import (
	"context"
	"fmt"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

// Search returns orders, newest first. Orders with a text are found by the index of their words, those in a status that is not
// final by its index, others among the previous SearchDepth numbers.
func (q *Queries) Search(ctx context.Context, wanted database.OrderQuery) (database.Found, error) {
	if wanted.Text != "" {
		return q.searchText(ctx, wanted)
	}
	newest, err := one(ctx, q, value[int64], nil, `SELECT coalesce(max(order_id), 0) FROM orders WHERE order_id < $1`, wanted.Bound())
	if err != nil {
		return database.Found{}, err
	}
	page, from := wanted.Page(newest)
	sql, args := Searched(page, from)
	found, err := all(ctx, q, scanOrder, sql, args...)
	return page.Answer(found, from), err
}

// Searched returns the SQL of a search.
func Searched(q database.OrderQuery, from int64) (sql string, args []any) {
	table, where := "orders o", []string{}
	add := func(condition string, value any) {
		args = append(args, value)
		where = append(where, strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(args))))
	}
	add("o.order_id < ?", q.Below)
	add("o.order_id >= ?", from)
	if q.Status != "" {
		add("o.status = ?", string(q.Status))
	}
	switch {
	case q.ID != 0:
		add("o.order_id = ?", q.ID)
	case q.Status != "" && !q.Status.MayEnd(): // few orders have it
		table = "orders o INDEXED BY orders_open"
		where = append(where, UnderWay)
	}
	if q.Customer != "" {
		add(`(o.name ILIKE ? ESCAPE '\' OR o.email ILIKE ? ESCAPE '\')`, "%"+likeEscaper.Replace(q.Customer)+"%")
	}
	if q.Market != "" {
		add("o.market = ?", q.Market)
	}
	if q.Real {
		where = append(where, "o.test_id = 0")
	}
	if q.Tests {
		where = append(where, "o.test_id <> 0")
	}
	return orders + ` FROM ` + table + ` WHERE ` + strings.Join(where, " AND ") +
		fmt.Sprintf(` ORDER BY o.order_id DESC LIMIT %d`, q.Limit), args
}

// likeEscaper escapes a text for LIKE.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Flow counts events by their ids, which rise with time, and the receipts that are not done by their indexes.
func (q *Queries) Flow(ctx context.Context, from, until time.Time) (database.Flow, error) {
	type count struct {
		of event.Type
		n  int
	}
	events, err := all(ctx, q, func(row Row) (c count, err error) {
		err = row.Scan(&c.of, &c.n)
		return c, err
	}, `SELECT type, count(*) FROM journal WHERE event_id >= $1 AND event_id < $2 GROUP BY type`,
		database.FirstEventID(from), database.FirstEventID(until))
	if err != nil {
		return database.Flow{}, err
	}
	flow := database.Flow{Events: map[event.Type]int{}}
	for _, c := range events {
		flow.Events[c.of] = c.n
	}
	flow.Steps, err = q.flowing(ctx)
	return flow, err
}

// flowing counts the receipts that are not done at each subscriber.
func (q *Queries) flowing(ctx context.Context) ([]database.Step, error) {
	return all(ctx, q, func(row Row) (step database.Step, err error) {
		var oldest string
		err = row.Scan(&step.Subscriber, &step.Waiting, &step.Failing, &step.Parked, &oldest)
		step.Oldest = database.TimeOfEventID(oldest)
		return step, err
	}, `SELECT subscriber, CAST(sum(waiting) AS bigint), CAST(sum(failing) AS bigint), CAST(sum(parked) AS bigint), min(oldest) FROM (
			SELECT subscriber, count(*) AS waiting, count(*) FILTER (WHERE attempts > 0) AS failing, 0 AS parked, min(CAST(event_id AS text)) AS oldest
				FROM (SELECT subscriber, attempts, event_id FROM receipts INDEXED BY receipts_pending WHERE state = 'pending'`+countBound+`) p
				GROUP BY subscriber
			UNION ALL SELECT subscriber, 0, 0, count(*), 'z'
				FROM (SELECT subscriber FROM receipts INDEXED BY receipts_parked WHERE state = 'parked'`+countBound+`) p GROUP BY subscriber) s
		GROUP BY subscriber ORDER BY subscriber`)
}

// InWork returns pending receipts of a subscriber, oldest first.
func (q *Queries) InWork(ctx context.Context, subscriber string, limit int) ([]database.Pending, error) {
	return all(ctx, q, func(row Row) (p database.Pending, err error) {
		err = row.Scan(&p.OrderID, &p.EventID, (*database.Millis)(&p.Since), &p.Attempts, (*database.Millis)(&p.NextTry), &p.LastError)
		return p, err
	}, `SELECT j.order_id, j.event_id, j.time, r.attempts, r.next_try, r.last_error FROM
			(SELECT event_id, attempts, next_try, last_error FROM receipts INDEXED BY receipts_pending
				WHERE state = 'pending' AND subscriber = $1 ORDER BY event_id LIMIT $2) r
			JOIN journal j ON j.event_id = r.event_id ORDER BY j.event_id`, subscriber, limit)
}

// Outcomes counts events by their ids, which rise with time, and declined payments by their index, without the orders
// that were cancelled.
func (q *Queries) Outcomes(ctx context.Context, from, until time.Time) ([]database.Outcome, error) {
	return all(ctx, q, func(row Row) (o database.Outcome, err error) {
		err = row.Scan(&o.Event, &o.Provider, &o.Reason, &o.Count)
		return o, err
	}, `SELECT j.type, o.payment_provider, CASE WHEN j.type = 'OrderCancelled' THEN o.cancel_reason ELSE '' END, count(*)
			FROM journal j CROSS JOIN orders o ON o.order_id = j.order_id
			WHERE j.event_id >= $1 AND j.event_id < $2 AND j.type IN ('OrderCreated', 'ReviewDone', 'StockCreated', 'OrderCancelled') AND o.test_id = 0
			GROUP BY 1, 2, 3
		UNION ALL SELECT '', payment_provider, '', count(*) FROM orders INDEXED BY orders_declined
			WHERE status = 'PAYMENT_DECLINED' AND status_at >= $3 AND status_at < $4 AND test_id = 0
			AND cancel_reason IN ('', 'not-confirmed', 'not-paid') GROUP BY payment_provider`,
		database.FirstEventID(from), database.FirstEventID(until), from.UnixMilli(), until.UnixMilli())
}
