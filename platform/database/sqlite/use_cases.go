package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// Do runs a use case. Nothing is written before it has succeeded, so a failed one need not be undone.
func (s *Store) Do(ctx context.Context, rows database.Rows, useCase func(*database.Tx) error) (duplicate bool, err error) {
	var id string
	if rows.New {
		if id, err = ref.NewID(s.options.Random); err != nil {
			return false, err
		}
	}
	receipt := event.ReceiptOf(ctx)
	err = s.submit(ctx, func(t *tx) error {
		duplicate = false
		use, err := t.decide(ctx, rows, id, s.now(), useCase)
		if err != nil {
			return t.unlessDone(receipt, &duplicate, err)
		}
		if receipt != nil {
			open, err := t.settle(receipt, s.now())
			if duplicate = !open; err != nil || duplicate {
				return err
			}
		}
		return t.store(use, s.now())
	})
	if err == nil && receipt != nil {
		receipt.Settle()
	}
	return duplicate, err
}

// decide loads the rows of a use case, and runs it.
func (t *tx) decide(ctx context.Context, rows database.Rows, id string, now time.Time, useCase func(*database.Tx) error) (*database.Tx, error) {
	use := database.NewTx(ctx, now, &t.ids)
	if err := ignore(t.load(rows.Order, &use.Order), fault.NotFound); err != nil {
		return nil, err
	}
	use.Rows = rows.With(&use.Order)
	if err := t.find(id, now, &use.Loaded); err != nil {
		return nil, fmt.Errorf("sqlite: load: %w", err)
	}
	return use, useCase(use)
}

// unlessDone returns the error of a use case, unless its receipt is already done and it was a duplicate.
func (t *tx) unlessDone(receipt *event.Receipt, duplicate *bool, failure error) error {
	if receipt == nil {
		return failure
	}
	var open bool
	err := t.row(`SELECT EXISTS (SELECT 1 FROM receipts WHERE event_id = ? AND subscriber = ? AND state IN ('pending', 'parked'))`,
		receipt.EventID, receipt.Subscriber).Scan(&open)
	if *duplicate = err == nil && !open; *duplicate {
		return nil
	}
	return cmp.Or(err, failure)
}

// find loads the named rows other than the order.
func (t *tx) find(id string, now time.Time, l *database.Loaded) error {
	if l.Rows.New {
		if err := t.name(id, now, l); err != nil {
			return err
		}
	}
	for _, r := range queries.SQLite.Load(now, l) {
		if r.SQL == "" { // no lock is needed: there is one writer
			continue
		}
		if err := r.Scan(t.row(queries.SQLite.SQL(r.SQL), r.Args...)); err != nil {
			return err
		}
	}
	return nil
}

// newNumber selects the number after the highest one, at least the reserved one of a restored file, and whether a process
// runs that does not know unique parts.
const newNumber = `SELECT max(?, (SELECT coalesce(max(order_id), 0) + 1 FROM orders)), ` + olderProgram

// name gives a new order its number and, unless an older program runs, its unique part.
func (t *tx) name(id string, now time.Time, l *database.Loaded) error {
	var older bool
	err := t.row(newNumber, t.firstNumber, now.UnixMilli()).Scan(&l.Number, &older)
	if err == nil && !older {
		l.Unique = ref.Unique(t.installation, id)
	}
	return err
}

// store writes the changes of a use case, and journals its events.
func (t *tx) store(use *database.Tx, now time.Time) error {
	for _, c := range use.Changes {
		if err := t.exec(c.SQL, c.Args...); err != nil {
			return err
		}
		switch row := c.Record.(type) {
		case *database.ReceiptRow:
			t.changed(use.Receipt, row)
		case *order.Order:
			if !c.Deleted {
				t.keep(row)
				continue
			}
			t.orders.drop(row.ID)
			t.firstNumber = max(t.firstNumber, row.ID+1) // no other order gets its number while this process runs
		}
	}
	for i := range use.Events {
		if err := t.journal(&use.Events[i], now); err != nil {
			return err
		}
	}
	return nil
}
