package sqlite

import (
	"context"
	"time"

	"acme.example/webshop/database"
)

// Outcomes counts events by their ids, which rise with time, and declined payments in their index.
func (s *Store) Outcomes(ctx context.Context, from, until time.Time) ([]database.Outcome, error) {
	return collect(ctx, s.read, func(row scanner) (o database.Outcome, err error) {
		err = row.Scan(&o.Event, &o.Provider, &o.Reason, &o.Count)
		return o, err
	}, `SELECT j.type, o.payment_provider, CASE WHEN j.type = 'OrderCancelled' THEN o.cancel_reason ELSE '' END, count(*)
			FROM journal j CROSS JOIN orders o ON o.order_id = j.order_id
			WHERE j.event_id >= ? AND j.event_id < ? AND j.type IN ('OrderCreated', 'ReviewDone', 'StockCreated', 'OrderCancelled') AND o.test_id = 0
			GROUP BY 1, 2, 3
		UNION ALL SELECT '', payment_provider, '', count(*) FROM orders INDEXED BY orders_declined
			WHERE status = 'PAYMENT_DECLINED' AND status_at >= ? AND status_at < ? AND test_id = 0 GROUP BY payment_provider`,
		database.FirstEventID(from), database.FirstEventID(until), from.UnixMilli(), until.UnixMilli())
}
