package postgres

import (
	"context"
	"time"

	"acme.example/webshop/database"
)

// Outcomes counts events by their ids, which rise with time, and declined payments in their index.
func (s *Store) Outcomes(ctx context.Context, from, until time.Time) ([]database.Outcome, error) {
	return collect(ctx, s, func(row scanner) (o database.Outcome, err error) {
		err = row.Scan(&o.Event, &o.Provider, &o.Reason, &o.Count)
		return o, err
	}, `SELECT j.type, o.payment_provider, CASE WHEN j.type = 'OrderCancelled' THEN o.cancel_reason ELSE '' END, count(*)
			FROM journal j JOIN orders o ON o.order_id = j.order_id
			WHERE j.event_id >= $1 AND j.event_id < $2 AND j.type IN ('OrderCreated', 'ReviewDone', 'StockCreated', 'OrderCancelled') AND o.test_id = 0
			GROUP BY 1, 2, 3
		UNION ALL SELECT '', payment_provider, '', count(*) FROM orders
			WHERE status = 'PAYMENT_DECLINED' AND status_at >= $3 AND status_at < $4 AND test_id = 0 GROUP BY payment_provider`,
		firstID(from), firstID(until), from.UnixMilli(), until.UnixMilli())
}
