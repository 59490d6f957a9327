package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/database/queries"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
	"acme.example/webshop/ref"
)

var orderColumns = database.Orders.Names("")

// CreateOrder stores a new order under its claim.
func (s *Store) CreateOrder(ctx context.Context, o order.Order, c order.Claim) (stored order.Order, fresh bool, err error) {
	id, err := ref.NewID(s.random)
	if err != nil {
		return order.Order{}, false, err
	}
	_, err = s.do(ctx, func(t *tx) error {
		stored, fresh = o, true
		earlier, err := t.claimed(c, s.now())
		if err != nil || earlier != 0 {
			fresh = false
			return errors.Join(err, t.load(earlier, &stored))
		}
		if err := errors.Join(t.mayUse(c.Uses), t.within(c.Caps)); err != nil {
			return err
		}
		known, err := t.known(c.Known)
		if err != nil {
			return err
		}
		if known {
			stored.Reviews = c.KnownReviews
		}
		if stored.Unique, err = t.unique(id, s.now()); err != nil {
			return err
		}
		if err := t.insert(&stored); err != nil {
			return err
		}
		if err := t.use(c.Uses, stored.ID); err != nil {
			return err
		}
		if err := t.claim(c, stored.ID, s.now()); err != nil {
			return err
		}
		return t.arrived(ctx, s.now(), "", stored)
	})
	return stored, fresh, err
}

// claimed returns the order that holds the claim, or 0.
func (t *tx) claimed(c order.Claim, now time.Time) (int64, error) {
	if c.Key == "" {
		return 0, nil
	}
	var id int64
	var fingerprint string
	var status order.Status
	err := t.row(`SELECT c.order_id, c.fingerprint, o.status FROM claims c JOIN orders o ON o.order_id = c.order_id
		WHERE c.key = ? AND (c.expires_at > ? OR o.status = 'PAYMENT_PENDING')`, c.Key, now.UnixMilli()).Scan(&id, &fingerprint, &status)
	switch {
	case errors.Is(err, sql.ErrNoRows), c.Lapses && status == order.PaymentDeclined:
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("sqlite: claim: %w", err)
	case fingerprint != c.Fingerprint:
		return 0, fault.New(fault.KeyReused, "this Idempotency-Key was used for another order")
	}
	return id, nil
}

func (t *tx) claim(c order.Claim, orderID int64, now time.Time) error {
	if c.Key == "" {
		return nil
	}
	return t.exec(`INSERT OR REPLACE INTO claims (key, fingerprint, order_id, expires_at) VALUES (?, ?, ?, ?)`,
		c.Key, c.Fingerprint, orderID, now.Add(c.Hold).UnixMilli())
}

// nextNumber is the number after the highest; in a restored file, one that no order had after the backup.
const nextNumber = `max(?, (SELECT coalesce(max(order_id), 0) + 1 FROM orders))`

func (t *tx) insert(o *order.Order) error {
	if err := t.row(`SELECT `+nextNumber, t.firstNumber).Scan(&o.ID); err != nil {
		return err
	}
	args, err := database.Orders.Args(o)
	if err != nil {
		return err
	}
	return t.exec(insertOrder, args...)
}

var insertOrder = database.Orders.Insert(1)

// MoveOrder applies a move.
func (s *Store) MoveOrder(ctx context.Context, m order.Move) (moved order.Order, err error) {
	duplicate, err := s.do(ctx, func(t *tx) (err error) {
		moved, err = t.move(ctx, m, s.now())
		return err
	})
	if duplicate && err == nil {
		return s.Order(ctx, m.OrderID)
	}
	return moved, err
}

// move applies a move with all that it causes.
func (t *tx) move(ctx context.Context, m order.Move, now time.Time) (order.Order, error) {
	var o order.Order
	if err := t.load(m.OrderID, &o); err != nil {
		return o, err
	}
	moved, changed, err := o.Apply(m, now)
	if err != nil || !changed {
		return moved, err
	}
	if err := t.exec(`UPDATE orders SET status = ?, status_at = ?, payment_reference = ?, cancel_reason = ? WHERE order_id = ?`,
		moved.Status, moved.StatusAt.UnixMilli(), moved.PaymentReference, moved.CancelReason, moved.ID); err != nil {
		return moved, err
	}
	t.keep(moved)
	return moved, t.arrived(ctx, now, o.Status, moved)
}

// arrived writes what an order's arrival in its status from another one causes: events, entries in the ledger, and codes
// that are free again.
func (t *tx) arrived(ctx context.Context, now time.Time, from order.Status, o order.Order) error {
	database.Changed(ctx, o)
	before := o
	before.Status = from
	if err := errors.Join(t.giveBack(o), t.retally(before, o)); err != nil {
		return err
	}
	if err := t.enter(now, database.Entered(from, o)...); err != nil {
		return err
	}
	return t.journal(ctx, now, o.Arrived()...)
}

// load reads an order into o, or fails with fault.NotFound. Number 0 reads nothing.
func (t *tx) load(id int64, o *order.Order) error {
	if id == 0 {
		return nil
	}
	known, ok := t.orders.all[id]
	if ok {
		*o = known
		return nil
	}
	err := scanOrder(t.row(`SELECT `+orderColumns+` FROM orders WHERE order_id = ?`, id), id, o)
	if err == nil {
		t.keep(*o)
	}
	return err
}

func scanOrder(row scanner, id int64, o *order.Order) error {
	err := database.Orders.Scan(row, o)
	if errors.Is(err, sql.ErrNoRows) {
		return queries.NoOrder(id)
	}
	if err != nil {
		return fmt.Errorf("sqlite: read order: %w", err)
	}
	return nil
}

func noOrder(id int64) error { return fault.New(fault.NotFound, "there is no order %d", id) }
