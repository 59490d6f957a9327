package memory

import (
	"context"
	"slices"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// storedKey keeps a request from making a second order.
type storedKey struct {
	fingerprint string
	orderID     int64
	expires     time.Time
}

// FindByKey returns the order that was made under an idempotency key.
func (s *Store) FindByKey(_ context.Context, c order.IdempotencyKey) (order.Order, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	held, ok := s.disk.keys[c.Key]
	if !ok || held.fingerprint != c.Fingerprint {
		return s.disk.order(0)
	}
	o, err := s.disk.order(held.orderID)
	if !held.expires.After(s.now()) && o.Status != order.PaymentPending {
		return s.disk.order(0)
	}
	return o, err
}

// id returns a random id, and makes that of the installation the first time.
func (d *Disk) id() (id string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.installation == "" {
		if d.installation, err = ref.NewID(d.Random); err != nil {
			return "", err
		}
	}
	return ref.NewID(d.Random)
}

// unique returns the unique part of a new order, or "" as long as a process is there that does not know of such parts.
func (d *Disk) unique(id string, now time.Time) string {
	older := func(r database.RulesReader) bool { return r.Level < 1 }
	if slices.ContainsFunc(d.rulesReaders(now), older) {
		return ""
	}
	return ref.Unique(d.installation, id)
}

// order returns an order, or fault.NotFound. The caller holds the lock.
func (d *Disk) order(id int64) (order.Order, error) {
	if id < 1 || id > int64(len(d.orders)) || d.orders[id-1].ID == 0 {
		return order.Order{}, fault.New(fault.NotFound, "there is no order %d", id)
	}
	return d.orders[id-1], nil
}

// OrderRef returns an order's reference, or fault.NotFound.
func (s *Store) OrderRef(ctx context.Context, id int64) (ref.Order, error) {
	o, err := s.Order(ctx, id)
	return o.Ref(), err
}

// Order returns an order, or fault.NotFound.
func (s *Store) Order(_ context.Context, id int64) (order.Order, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return s.disk.order(id)
}

// UnsettledOrders returns orders that wait for their payment since before the given time.
func (s *Store) UnsettledOrders(_ context.Context, before time.Time, limit int) ([]order.Order, error) {
	return s.some(limit, func(o order.Order) bool { return o.Status == order.PaymentPending && o.StatusAt.Before(before) }), nil
}

// TestOrders returns the orders of a test.
func (s *Store) TestOrders(_ context.Context, testID int64) ([]order.Order, error) {
	return s.some(database.MaxTestOrders, func(o order.Order) bool { return o.TestID == testID && testID != 0 }), nil
}

// some returns the oldest orders that fit.
func (s *Store) some(limit int, fits func(order.Order) bool) (some []order.Order) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for _, o := range s.disk.orders {
		if len(some) < limit && o.ID != 0 && fits(o) {
			some = append(some, o)
		}
	}
	return some
}
