package queries

import (
	"context"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/ref"
)

// orders selects orders.
var orders = `SELECT ` + database.Orders.Names("o")

func scanOrder(row Row) (o order.Order, err error) {
	err = database.Orders.Scan(row, &o)
	return o, err
}

// Order returns an order, or NotFound.
func (q *Queries) Order(ctx context.Context, id int64) (order.Order, error) {
	return one(ctx, q, scanOrder, database.NoOrder(id), orders+` FROM orders o WHERE o.order_id = $1`, id)
}

// OrderRef returns an order's reference, or NotFound.
func (q *Queries) OrderRef(ctx context.Context, id int64) (ref.Order, error) {
	o, err := q.Order(ctx, id)
	return o.Ref(), err
}

// FindByKey returns the order that was made under a key.
func (q *Queries) FindByKey(ctx context.Context, c order.IdempotencyKey) (order.Order, error) {
	return one(ctx, q, scanOrder, database.NoOrder(0), orders+` FROM claims c JOIN orders o ON o.order_id = c.order_id
		WHERE c.key = $1 AND c.fingerprint = $2 AND (c.expires_at > $3 OR o.status = 'PAYMENT_PENDING' AND o.pay_until = 0)`, c.Key, c.Fingerprint, q.now().UnixMilli())
}

// UnsettledOrders returns orders that have waited for their payment since before a time.
func (q *Queries) UnsettledOrders(ctx context.Context, before time.Time, limit int) ([]order.Order, error) {
	return all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.status = 'PAYMENT_PENDING' AND o.status_at < $1
		ORDER BY o.status_at LIMIT $2`, before.UnixMilli(), limit)
}

// TestOrders returns the orders of a test.
func (q *Queries) TestOrders(ctx context.Context, testID int64) ([]order.Order, error) {
	return all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.test_id = $1 AND o.test_id <> 0
		ORDER BY o.order_id LIMIT $2`, testID, database.MaxTestOrders)
}
