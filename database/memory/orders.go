package memory

import (
	"context"
	"errors"
	"slices"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
	"acme.example/webshop/ref"
)

// claim is what keeps a request from making a second order.
type claim struct {
	fingerprint string
	orderID     int64
	expires     time.Time
}

// CreateOrder stores a new order under its claim.
func (s *Store) CreateOrder(ctx context.Context, o order.Order, c order.IdempotencyKey) (stored order.Order, fresh bool, err error) {
	id, err := s.disk.id()
	if err != nil {
		return order.Order{}, false, err
	}
	_, err = s.do(ctx, func(t *tx) error {
		earlier, err := t.claimed(c)
		if err != nil || earlier != 0 {
			stored, _ = t.disk.order(earlier)
			return err
		}
		if err := errors.Join(t.mayUse(c.Uses), t.within(c.Caps)); err != nil {
			return err
		}
		if c.Known != "" && t.known(c.Known) {
			o.Reviews = c.KnownReviews
		}
		o.Unique = t.disk.unique(id, t.now())
		stored, fresh = t.insert(o), true
		for _, u := range c.Uses {
			put(t, t.disk.uses, codeUse{u.Code, u.Customer, stored.ID}, true)
		}
		if c.Key != "" {
			put(t, t.disk.claims, c.Key, claim{c.Fingerprint, stored.ID, t.now().Add(c.ValidFor)})
		}
		return t.arrived(ctx, "", stored)
	})
	return stored, fresh && err == nil, err
}

// claimed returns the order that holds the claim, or 0.
func (t *tx) claimed(c order.IdempotencyKey) (int64, error) {
	held, ok := t.disk.claims[c.Key]
	if !ok || c.Key == "" {
		return 0, nil
	}
	status := t.disk.orders[held.orderID-1].Status
	switch {
	case !held.expires.After(t.now()) && status != order.PaymentPending, c.FreedByDecline && status == order.PaymentDeclined:
		return 0, nil
	case held.fingerprint != c.Fingerprint:
		return 0, fault.New(fault.KeyReused, "this Idempotency-Key was used for another order")
	}
	return held.orderID, nil
}

// FindByKey returns the order that was made under a claim.
func (s *Store) FindByKey(_ context.Context, c order.IdempotencyKey) (order.Order, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	held, ok := s.disk.claims[c.Key]
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

func (t *tx) insert(o order.Order) order.Order {
	o.ID = int64(len(t.disk.orders)) + 1
	o.StatusAt, o.CreatedAt = millis(o.StatusAt), millis(o.CreatedAt)
	set(t, &t.disk.orders, append(t.disk.orders, o))
	return o
}

// MoveOrder applies a move.
func (s *Store) MoveOrder(ctx context.Context, m order.Move) (moved order.Order, err error) {
	duplicate, err := s.do(ctx, func(t *tx) (err error) {
		moved, err = t.move(ctx, m)
		return err
	})
	if duplicate && err == nil {
		return s.Order(ctx, m.OrderID)
	}
	return moved, err
}

// move applies a move with all that it causes.
func (t *tx) move(ctx context.Context, m order.Move) (order.Order, error) {
	o, err := t.disk.order(m.OrderID)
	if err != nil {
		return o, err
	}
	moved, changed, err := t.Apply(o, m, t.now())
	if err != nil || !changed {
		return moved, err
	}
	moved.StatusAt = millis(moved.StatusAt)
	set(t, &t.disk.orders[moved.ID-1], moved)
	return moved, t.arrived(ctx, o.Status, moved)
}

// arrived writes what an order's arrival in its status from another one causes: events, entries in the ledger, and codes
// that are free again.
func (t *tx) arrived(ctx context.Context, from order.Status, o order.Order) error {
	t.enter(database.EntriesOf(from, o)...)
	t.giveBack(o)
	before := o
	before.Status = from
	t.retally(before, o)
	return t.write(ctx, o.Arrived()...)
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
