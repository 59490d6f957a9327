package postgres

import (
	"context"
	"maps"
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

// Counts tells how many orders and receipts there are. Orders that are on their way are counted in their index; of those
// that have ended there are ever more, so they are counted anew only now and then.
func (s *Store) Counts(ctx context.Context) (database.Counts, error) {
	counts := database.Counts{Orders: map[order.Status]int{}}
	err := s.tally(ctx, counts.Orders, `SELECT status, count(*) FROM orders
		WHERE status IN ('PAYMENT_PENDING', 'CREATED', 'IN_REVIEW', 'PLACED', 'STOCKED') GROUP BY status
		UNION ALL SELECT 'pending', count(*) FROM receipts WHERE state = 'pending'
		UNION ALL SELECT 'parked', count(*) FROM receipts WHERE state = 'parked'`)
	counts.Pending, counts.Parked = counts.Orders["pending"], counts.Orders["parked"]
	delete(counts.Orders, "pending")
	delete(counts.Orders, "parked")
	if err != nil {
		return counts, err
	}
	lasting, err := s.lasting.Get(func() (map[order.Status]int, error) {
		ended := map[order.Status]int{}
		return ended, s.tally(ctx, ended, `SELECT status, count(*) FROM orders
			WHERE status NOT IN ('PAYMENT_PENDING', 'CREATED', 'IN_REVIEW', 'PLACED', 'STOCKED') GROUP BY status`)
	})
	maps.Copy(counts.Orders, lasting)
	return counts, err
}

// tally adds the numbers that a query tells.
func (s *Store) tally(ctx context.Context, to map[order.Status]int, query string) error {
	_, err := collect(ctx, s, func(row scanner) (none struct{}, err error) {
		var of order.Status
		var n int
		err = row.Scan(&of, &n)
		to[of] = n
		return none, err
	}, query)
	return err
}
