package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
	"acme.example/webshop/ref"
)

// Do runs a use case. It writes when it has succeeded: one that fails needs not be undone.
func (s *Store) Do(ctx context.Context, rows database.Rows, useCase func(*database.Tx) error) (duplicate bool, err error) {
	var id string
	if rows.New {
		if id, err = ref.NewID(s.random); err != nil {
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

// decide loads what a use case has named, and runs it.
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

// unlessDone is the error of a use case, unless its receipt is done, so that it was a duplicate.
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

// find loads what was named besides the order.
func (t *tx) find(id string, now time.Time, l *database.Loaded) (err error) {
	rows := &l.Rows
	if rows.New {
		err = t.name(id, now, l)
	}
	if rows.Key != "" && err == nil {
		err = t.findKey(rows.Key, l)
	}
	for _, u := range rows.Uses {
		var n order.Count
		if err == nil {
			err = t.row(countUses, u.Code, u.Customer, u.Limit, u.PerCustomer, u.Older).Scan(&n.All, &n.Part)
		}
		l.Uses = append(l.Uses, n)
	}
	for _, c := range rows.Caps {
		var n order.Count
		if err == nil {
			err = t.row(countTallies, c.Kind, c.Party, c.Since.UnixMilli(), c.Most).Scan(&n.All, &n.Part)
		}
		l.Tallies = append(l.Tallies, n)
	}
	if rows.Party != "" && err == nil {
		err = t.row(`SELECT EXISTS (SELECT 1 FROM tallies WHERE kind = ? AND party = ?)`, order.TallyApproved, rows.Party).Scan(&l.Approved)
	}
	if err != nil {
		return err
	}
	return t.findOfOrder(rows, l)
}

// findOfOrder loads what was named about the order.
func (t *tx) findOfOrder(rows *database.Rows, l *database.Loaded) (err error) {
	if s := rows.Slot; s != nil {
		err = found(t.row(`SELECT booked FROM slots WHERE market = ? AND starts_at = ?`, s.Market, s.Start.UnixMilli()).Scan(&l.Booked))
	}
	if rows.Asked != "" && err == nil {
		err = t.row(`SELECT EXISTS (SELECT 1 FROM asked WHERE order_id = ? AND asker = ?)`, rows.Order, rows.Asked).Scan(&l.Asked)
	}
	if rows.Event != "" && err == nil {
		err = t.row(`SELECT EXISTS (SELECT 1 FROM journal WHERE order_id = ? AND type = ?)`, rows.Order, rows.Event).Scan(&l.Stated)
	}
	if rows.Archive && err == nil {
		err = found(t.row(`SELECT history FROM archive WHERE order_id = ?`, rows.Order).Scan(&l.Archived))
	}
	if rows.Entry != "" && err == nil {
		l.Entry = new(database.LedgerEntry)
		if err = database.Entries.Scan(t.row(entryOfKind, rows.Order, rows.Entry), l.Entry); err != nil {
			l.Entry, err = nil, found(err)
		}
	}
	return err
}

func (t *tx) findKey(key string, l *database.Loaded) error {
	var held order.HeldKey
	err := database.Orders.Scan(t.row(heldKey, key), &held.Order, &held.Fingerprint, (*database.Millis)(&held.Expires))
	if err == nil {
		l.Key = &held
	}
	return found(err)
}

var heldKey = `SELECT ` + database.Orders.Names("o") + `, c.fingerprint, c.expires_at FROM claims c JOIN orders o ON o.order_id = c.order_id WHERE c.key = ?`

// newNumber is the number after the highest; in a restored file, one that no order had after the backup. And it asks whether a
// process is there that does not know of unique parts.
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

var entryOfKind = `SELECT ` + database.Entries.Names("") + ` FROM ledger WHERE order_id = ? AND kind = ?`

// countTallies counts the tallies of a party, and adds their amounts up: no more of them than matter.
const countTallies = `SELECT count(*), coalesce(sum(amount), 0) FROM (SELECT amount FROM tallies WHERE kind = ? AND party = ? AND at > ? LIMIT ?)`

// found drops the error of a row that does not exist.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// store makes the changes of a use case, and journals its events.
func (t *tx) store(use *database.Tx, now time.Time) error {
	for _, c := range use.Changes {
		if err := t.exec(c.SQL, c.Args...); err != nil {
			return err
		}
		o, isOrder := c.Record.(*order.Order)
		switch {
		case isOrder && c.Deleted:
			t.orders.drop(o.ID)
			t.firstNumber = max(t.firstNumber, o.ID+1) // no other order gets its number, as long as this process runs
		case isOrder:
			t.keep(o)
		}
	}
	for i := range use.Events {
		if err := t.journal(&use.Events[i], now); err != nil {
			return err
		}
	}
	return nil
}
