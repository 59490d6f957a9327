package sqlite

import (
	"context"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// Prune deletes expired idempotency keys, and the polling schedules of orders that have left the polled status.
func (s *Store) Prune(ctx context.Context, at time.Time) (most int, err error) {
	_, err = s.do(ctx, func(t *tx) error {
		claims, err := t.change(`DELETE FROM claims WHERE key IN (SELECT key FROM claims c WHERE expires_at <= ?
			AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = c.order_id AND o.status = 'PAYMENT_PENDING') LIMIT ?)`, at.UnixMilli(), database.PruneBatch)
		if err != nil {
			return err
		}
		asked, err := t.change(`DELETE FROM asked WHERE (order_id, asker) IN (SELECT order_id, asker FROM asked a WHERE NOT EXISTS
			(SELECT 1 FROM orders o WHERE o.order_id = a.order_id AND (o.unsettled OR o.status IN ('PAYMENT_PENDING', 'IN_REVIEW', 'PLACED')
				OR o.status = 'PAYMENT_DECLINED' AND o.status_at > ? AND a.asker = ?)) LIMIT ?)`,
			at.Add(-order.LateFor).UnixMilli(), order.LatePoller, database.PruneBatch)
		most = int(max(claims, asked))
		return err
	})
	return most, err
}
