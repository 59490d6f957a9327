package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// floorBatch is how many orders share a transaction.
const floorBatch = 256

// floor writes the rows of one order after the other for a time, with the shop's driver and settings, in one goroutine:
// no HTTP, no bus, no rules. With changes, orders and receipts start as in the shop, and get their final state by as many
// updates; without, each row is written once.
func floor(ctx context.Context, file string, m model, lasts time.Duration, changes bool) (orders int, took time.Duration, err error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	for _, statement := range m.tables {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return 0, 0, err
		}
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, 0, err
	}
	w, err := prepare(ctx, conn, m, changes)
	defer func() { err = errors.Join(err, w.close(), conn.Close()) }()
	if err != nil {
		return 0, 0, err
	}
	begun := time.Now()
	for time.Since(begun) < lasts {
		if err := w.commit(ctx, conn); err != nil {
			return 0, 0, err
		}
	}
	return w.orders, time.Since(begun), nil
}

// write is one statement of an order, and how to adapt its values.
type write struct {
	stmt   *sql.Stmt
	values []any
	change map[int]func(number int64, value any) any // by position in the values
}

// writer writes the rows of orders.
type writer struct {
	writes []write
	orders int
	args   []any
}

func prepare(ctx context.Context, conn *sql.Conn, m model, changes bool) (*writer, error) {
	w := &writer{}
	for _, r := range m.rows {
		if err := w.insert(ctx, conn, r, changes); err != nil {
			return w, err
		}
	}
	if !changes {
		return w, nil
	}
	for _, r := range m.rows {
		if err := w.update(ctx, conn, r); err != nil {
			return w, err
		}
	}
	return w, nil
}

// insert adds the statement that inserts a row; with changes, in its first state.
func (w *writer) insert(ctx context.Context, conn *sql.Conn, r row, changes bool) error {
	one := write{values: r.values, change: map[int]func(int64, any) any{}}
	for i, column := range r.columns {
		if change := changed[column]; change != nil {
			one.change[i] = change
		}
		if first := firstStates[r.table+"."+column]; changes && first != "" {
			one.change[i] = func(int64, any) any { return first }
		}
	}
	return w.add(ctx, conn, one, fmt.Sprintf(`INSERT INTO %s (%s) VALUES (?%s)`,
		r.table, strings.Join(r.columns, ", "), strings.Repeat(", ?", len(r.columns)-1)))
}

// orderChanges is how often an order's row changes: paid, placed, stocked, a delivery time, booked.
const orderChanges = 5

// update adds the statements that change a row as the shop does.
func (w *writer) update(ctx context.Context, conn *sql.Conn, r row) error {
	value := func(column string) any {
		for i, name := range r.columns {
			if name == column {
				return r.values[i]
			}
		}
		return nil
	}
	if r.table == "receipts" {
		one := write{nil, []any{value("changed_at"), value("event_id"), value("subscriber")}, map[int]func(int64, any) any{1: changed["event_id"]}}
		return w.add(ctx, conn, one, `UPDATE receipts SET state = 'done', changed_at = ? WHERE event_id = ? AND subscriber = ? AND state = 'pending'`)
	}
	if r.table != "orders" {
		return nil
	}
	one := write{nil, []any{value("status"), value("status_at"), value("payment_reference"), value("delivery_time"), nil},
		map[int]func(int64, any) any{4: changed["order_id"]}}
	for range orderChanges {
		if err := w.add(ctx, conn, one, `UPDATE orders SET status = ?, status_at = ?, payment_reference = ?, delivery_time = ? WHERE order_id = ?`); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) add(ctx context.Context, conn *sql.Conn, one write, statement string) (err error) {
	one.stmt, err = conn.PrepareContext(ctx, statement)
	w.writes = append(w.writes, one)
	return err
}

// changed converts the keys of an order's rows to those of another order: of the same length, and rising, as in the shop.
var changed = map[string]func(number int64, value any) any{
	"order_id": func(number int64, _ any) any { return number },
	"key":      func(number int64, value any) any { return fmt.Sprintf("%s-%08d", value, number) },
	"event_id": func(number int64, value any) any {
		text := fmt.Sprint(value)
		return fmt.Sprintf("%012x%s", number, text[min(12, len(text)):])
	},
}

// firstStates are the first states of rows that change.
var firstStates = map[string]string{"orders.status": "PAYMENT_PENDING", "receipts.state": "pending"}

// commit writes one transaction.
func (w *writer) commit(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for range floorBatch {
		w.orders++
		for _, one := range w.writes {
			w.args = append(w.args[:0], one.values...)
			for place, change := range one.change {
				w.args[place] = change(int64(w.orders), w.args[place])
			}
			if _, err := one.stmt.ExecContext(ctx, w.args...); err != nil {
				return err
			}
		}
	}
	_, err := conn.ExecContext(ctx, "COMMIT")
	return err
}

func (w *writer) close() (err error) {
	for _, one := range w.writes {
		if one.stmt != nil { // the last one could not be prepared
			err = errors.Join(err, one.stmt.Close())
		}
	}
	return err
}
