package sqlite

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/order"
)

// Counts tells how many orders and receipts there are.
func (s *Store) Counts(ctx context.Context) (database.Counts, error) {
	type count struct {
		of string
		n  int
	}
	counts := database.Counts{Orders: map[order.Status]int{}}
	rows, err := collect(ctx, s.read, func(row scanner) (c count, err error) {
		err = row.Scan(&c.of, &c.n)
		return c, err
	}, `SELECT status, count(*) FROM orders GROUP BY status
		UNION ALL SELECT 'pending', count(*) FROM receipts WHERE state = 'pending'
		UNION ALL SELECT 'parked', count(*) FROM receipts WHERE state = 'parked'`)
	for _, c := range rows {
		switch c.of {
		case "pending":
			counts.Pending = c.n
		case "parked":
			counts.Parked = c.n
		default:
			counts.Orders[order.Status(c.of)] = c.n
		}
	}
	return counts, err
}

// PruneClaims forgets claims that have expired.
func (s *Store) PruneClaims(ctx context.Context, at time.Time) error {
	_, err := s.do(ctx, func(t *tx) error {
		return t.exec(`DELETE FROM claims WHERE key IN (SELECT c.key FROM claims c JOIN orders o ON o.order_id = c.order_id
			WHERE c.expires_at <= ? AND o.status <> 'PAYMENT_PENDING' LIMIT 1000)`, at.UnixMilli())
	})
	return err
}
