package postgres

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/order"
)

// UnsettledOrders returns orders that wait for their payment since before the given time.
func (s *Store) UnsettledOrders(ctx context.Context, before time.Time, limit int) ([]order.Order, error) {
	return s.orders(ctx, `SELECT `+orderColumns+` FROM orders o WHERE o.status = 'PAYMENT_PENDING' AND o.status_at < $1
		ORDER BY o.status_at LIMIT $2`, before.UnixMilli(), limit)
}

// TestOrders returns the orders of a test.
func (s *Store) TestOrders(ctx context.Context, testID int64) ([]order.Order, error) {
	return s.orders(ctx, `SELECT `+orderColumns+` FROM orders o WHERE o.test_id = $1 AND o.test_id <> 0
		ORDER BY o.order_id LIMIT $2`, testID, database.MaxTestOrders)
}

func (s *Store) orders(ctx context.Context, sql string, args ...any) ([]order.Order, error) {
	return collect(ctx, s, func(row scanner) (o order.Order, err error) {
		err = scanOrder(row, &o)
		return o, err
	}, sql, args...)
}

// Counts tells how many orders and receipts there are.
func (s *Store) Counts(ctx context.Context) (database.Counts, error) {
	type count struct {
		of string
		n  int
	}
	counts := database.Counts{Orders: map[order.Status]int{}}
	rows, err := collect(ctx, s, func(row scanner) (c count, err error) {
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
