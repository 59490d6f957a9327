package postgres

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/database"
	"acme.example/webshop/fault"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
)

var orderColumns = database.Orders.Names("o")

// CreateOrder stores a new order under its claim.
func (s *Store) CreateOrder(ctx context.Context, o order.Order, c order.Claim) (stored order.Order, fresh bool, err error) {
	for try := 1; ; try++ {
		here, err := s.here(ctx)
		if err != nil {
			return order.Order{}, false, err
		}
		stored, fresh, err = s.create(ctx, here, o, c)
		if !errors.Is(err, errMoved) || try == tries {
			return stored, fresh, err
		}
		if err := s.Locate(ctx); err != nil {
			return order.Order{}, false, err
		}
	}
}

// create stores a new order, unless the database is not where it was (errMoved).
func (s *Store) create(ctx context.Context, here place, o order.Order, c order.Claim) (stored order.Order, fresh bool, err error) {
	var next numbered
	var earlier claimed
	reads := []read{next.read(here, s.now())}
	if c.Key != "" {
		reads = append(reads, named("claim "+c.Key), earlier.read(c, s.now()))
	}
	uses, counts := readUses(c.Uses)
	caps, tallies := readCaps(c.Caps)
	var known bool
	_, err = s.do(ctx, slices.Concat(reads, counts, tallies, readKnown(c.Known, &known)), func(t *tx) error {
		held, err := earlier.holds(c)
		if stored, fresh = earlier.order, false; err != nil || held {
			return err
		}
		stored, fresh = o, true
		if known {
			stored.Reviews = c.KnownReviews
		}
		if err := within(caps); err != nil {
			return err
		}
		if stored.ID, stored.Unique, err = next.name(s.random); err != nil {
			return err
		}
		if err := errors.Join(t.use(uses, stored.ID), t.insert(stored)); err != nil {
			return err
		}
		t.claim(c, stored.ID, s.now())
		return t.arrived(ctx, s.now(), "", stored)
	})
	return stored, fresh, err
}

// claimed is a claim that was made before, with its order.
type claimed struct {
	there       bool
	fingerprint string
	order       order.Order
}

func (c *claimed) read(by order.Claim, now time.Time) read {
	return read{
		sql: `SELECT ` + orderColumns + `, c.fingerprint FROM claims c JOIN orders o ON o.order_id = c.order_id
			WHERE c.key = $1 AND (c.expires_at > $2 OR o.status = 'PAYMENT_PENDING')`,
		args: []any{by.Key, now.UnixMilli()},
		scan: func(row scanner) error {
			err := scanOrder(row, &c.order, &c.fingerprint)
			if c.there = err == nil; errors.Is(err, pgx.ErrNoRows) {
				return nil
			}
			return err
		},
	}
}

// holds reports whether the claim holds against another one, or refuses that.
func (c *claimed) holds(against order.Claim) (bool, error) {
	switch {
	case !c.there, against.Lapses && c.order.Status == order.PaymentDeclined:
		return false, nil
	case c.fingerprint != against.Fingerprint:
		return false, fault.New(fault.KeyReused, "this Idempotency-Key was used for another order")
	}
	return true, nil
}

func (t *tx) claim(c order.Claim, orderID int64, now time.Time) {
	if c.Key != "" {
		t.exec(`INSERT INTO claims (key, fingerprint, order_id, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO UPDATE
			SET fingerprint = excluded.fingerprint, order_id = excluded.order_id, expires_at = excluded.expires_at`,
			c.Key, c.Fingerprint, orderID, now.Add(c.Hold).UnixMilli())
	}
}

func (t *tx) insert(o order.Order) error {
	args, err := database.Orders.Args(&o)
	if err == nil {
		t.exec(insertOrder, args...)
	}
	return err
}

var insertOrder = database.Orders.InsertSQL(1)

// orderRow is an order that a transaction has locked.
type orderRow struct {
	order.Order
	missing error
}

// read locks an order such that others may refer to it meanwhile, as new events and entries do, but not change it.
func (o *orderRow) read(id int64) read {
	return read{
		lock: lock{orderLock, strconv.FormatInt(id, 10)},
		sql:  `SELECT ` + orderColumns + ` FROM orders o WHERE o.order_id = $1 FOR NO KEY UPDATE`,
		args: []any{id},
		scan: func(row scanner) error {
			err := scanOrder(row, &o.Order)
			if o.missing = nil; errors.Is(err, pgx.ErrNoRows) {
				o.missing = database.NoOrder(id)
				return nil
			}
			return err
		},
	}
}

// onOrder runs a write about an order, which it locks. More reads follow that lock.
func (s *Store) onOrder(ctx context.Context, id int64, decide func(*tx, order.Order) error, more ...read) (duplicate bool, err error) {
	var o orderRow
	return s.do(ctx, append(more, o.read(id)), func(t *tx) error {
		if o.missing != nil {
			return o.missing
		}
		return decide(t, o.Order)
	})
}

// MoveOrder applies a move.
func (s *Store) MoveOrder(ctx context.Context, m order.Move) (moved order.Order, err error) {
	duplicate, err := s.onOrder(ctx, m.OrderID, func(t *tx, o order.Order) error {
		var changed bool
		var err error
		if moved, changed, err = o.Apply(m, s.now()); err != nil || !changed {
			return err
		}
		t.exec(`UPDATE orders SET status = $2, status_at = $3, payment_reference = $4, cancel_reason = $5 WHERE order_id = $1`,
			moved.ID, string(moved.Status), moved.StatusAt.UnixMilli(), moved.PaymentReference, string(moved.CancelReason))
		return t.arrived(ctx, s.now(), o.Status, moved)
	})
	if duplicate && err == nil {
		return s.Order(ctx, m.OrderID)
	}
	return moved, err
}

// arrived writes what an order's arrival in its status from another one causes: events, entries in the ledger, and codes
// that are free again.
func (t *tx) arrived(ctx context.Context, now time.Time, from order.Status, o order.Order) error {
	database.Changed(ctx, o)
	if err := t.enter(now, database.Entered(from, o)...); err != nil {
		return err
	}
	t.giveBack(o)
	before := o
	before.Status = from
	t.retally(before, o)
	return t.journal(ctx, now, o.Arrived()...)
}

// enter writes entries that are not there yet. Nothing is owed for what costs nothing.
func (t *tx) enter(now time.Time, entries ...finance.Entry) error {
	for _, e := range entries {
		if e.Amount.Minor == 0 {
			continue
		}
		args, err := database.Entries.Args(&database.LedgerEntry{Entry: e, Time: now})
		if err != nil {
			return err
		}
		t.exec(insertEntry, args...)
	}
	return nil
}

var insertEntry = database.Entries.InsertSQL(1) + ` ON CONFLICT DO NOTHING`

// scanOrder reads the order columns, and more after them.
func scanOrder(row scanner, o *order.Order, more ...any) error {
	return database.Orders.Scan(row, o, more...)
}
