package postgres

import (
	"context"
	"slices"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/order"
)

// Reviewed keeps how a step of an order's review was decided.
func (s *Store) Reviewed(ctx context.Context, orderID int64, step string, passed bool, by, note string) (holds bool, err error) {
	duplicate, err := s.onOrder(ctx, orderID, func(t *tx, o order.Order) (err error) {
		holds, err = t.reviewed(ctx, o, order.Decision(step, passed, by, note), s.now())
		return err
	})
	return holds || duplicate, err
}

func (t *tx) reviewed(ctx context.Context, o order.Order, d order.Review, now time.Time) (bool, error) {
	before := o
	o, done, holds, err := o.Reviewed(d, now)
	if err != nil || slices.Equal(before.Reviews, o.Reviews) {
		return holds, err
	}
	database.Changed(ctx, o)
	c, _, err := database.Orders.Update(&before, &o)
	if err != nil {
		return false, err
	}
	t.exec(c.SQL, c.Args...)
	return true, t.journal(ctx, now, done...)
}
