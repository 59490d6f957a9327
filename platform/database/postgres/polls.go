package postgres

import (
	"context"
	"fmt"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
)

// takePolls returns due orders, for each payment provider at most its share. Orders locked by other transactions are in
// work and skipped. The rows of asked are written in the order of their numbers, so that concurrent callers do not wait
// for each other. The share is part of the text, so that the server plans for few rows.
var takePolls = `WITH late AS (
		SELECT order_id FROM (
			SELECT o.order_id, row_number() OVER (
				PARTITION BY CASE WHEN $2::text = '' OR $2 LIKE 'PAYMENT_%%' THEN o.payment_provider END ORDER BY coalesce(a.next_at, o.status_at)) AS place
			FROM orders o LEFT JOIN asked a ON a.order_id = o.order_id AND a.asker = $1
			WHERE %[1]s AND o.status_at < $3 AND o.status_at > $8
				AND (a.next_at IS NULL OR a.next_at <= $4 OR a.next_at > $5) AND ($2 <> 'IN_REVIEW' OR %[2]s)) l
		WHERE place <= %[3]d),
	mine AS (
		SELECT o.order_id FROM orders o JOIN late l ON l.order_id = o.order_id
		WHERE %[1]s ORDER BY o.order_id FOR NO KEY UPDATE OF o SKIP LOCKED),
	taken AS (
		INSERT INTO asked AS a (order_id, asker, next_at, times) SELECT order_id, $1, $4::bigint + least($6::bigint, $7), 1 FROM mine ORDER BY order_id
		ON CONFLICT (order_id, asker) DO UPDATE SET next_at = $4::bigint + least($6::bigint << least(a.times, 20), $7), times = a.times + 1, failure = ''
			WHERE a.next_at <= $4 OR a.next_at > $5
		RETURNING order_id)
	SELECT ` + database.Orders.Names("o") + ` FROM orders o JOIN taken t ON t.order_id = o.order_id ORDER BY o.status_at`

// TakePolls returns the orders that are due and reschedules each.
func (s db) TakePolls(ctx context.Context, p database.Poll) ([]order.Order, error) {
	now := s.now()
	return changed(ctx, s.Store, func(row scanner) (o order.Order, err error) {
		err = database.Orders.Scan(row, &o)
		return o, err
	}, fmt.Sprintf(takePolls, queries.Due(p), queries.PostgreSQL.AwaitsStep, p.Share), p.Poller, string(p.Status), p.Before.UnixMilli(), now.UnixMilli(),
		now.Add(p.Longest).UnixMilli(), p.First.Milliseconds(), p.Max.Milliseconds(), p.After.UnixMilli())
}
