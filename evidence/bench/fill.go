package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// fillBatch is how many orders Fill writes in one transaction.
const fillBatch = 20_000

// Fill adds finished orders to a shop's database: copies of its newest order, one second apart, the last of them a second
// older than that one. The database is an SQLite file or the postgres:// address of a server; no shop may use it. The
// newest copies, as many as waiting, have an event to be published again.
//
// The rows are those that the shop wrote for that order, in its current tables and columns; only numbers, keys and times
// differ. A million orders take some two minutes.
func Fill(ctx context.Context, database string, orders, waiting int) (err error) {
	f := filler{dialect: lite}
	if strings.HasPrefix(database, "postgres") {
		f.dialect = postgres
	}
	db, err := sql.Open(f.driver, f.address(database))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	f.conn, f.orders = conn, orders
	if err := f.fill(ctx, waiting); err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	return nil
}

// dialect is where the engines differ.
type dialect struct {
	driver  string
	address func(string) string
	hex     string // a time in ms as 12 hexadecimal digits
	series  string // the numbers from $1 to $2, as i
	id      string // the type of an event's id
	before  []string
	after   []string
}

var lite = dialect{
	driver: "sqlite",
	address: func(file string) string {
		return "file:" + (&url.URL{Path: file}).EscapedPath() + "?mode=rw&_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)"
	},
	hex:    `printf('%%012x', %s)`,
	series: `(WITH RECURSIVE numbers (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM numbers WHERE i < $2) SELECT i FROM numbers)`,
	id:     "text",
	after:  []string{`PRAGMA synchronous = FULL`, `PRAGMA wal_checkpoint(TRUNCATE)`},
}

var postgres = dialect{
	driver:  "pgx",
	address: func(database string) string { return database },
	hex:     `lpad(to_hex(%s), 12, '0')`,
	series:  `(SELECT generate_series($1::bigint, $2::bigint) AS i)`,
	id:      "uuid",
	before:  []string{`SET synchronous_commit = off`, uncheckedKeys},
	after:   []string{`SELECT setval('order_numbers', (SELECT max(order_id) FROM orders))`, `VACUUM ANALYZE`, `CHECKPOINT`},
}

// uncheckedKeys turns off the foreign keys' checks of each copied row, which are half of the work. Not every user may.
const uncheckedKeys = `DO $$ BEGIN SET session_replication_role = replica; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$`

// filler copies an order.
type filler struct {
	dialect
	conn   *sql.Conn
	orders int
	model  int64 // the copied order
	last   int64 // number before the first copy
}

// filled are the tables with rows of an order, and the condition for the model's. What belongs to an event is copied with
// the time in its id.
var filled = []struct{ table, rows string }{
	{"orders", `SELECT t.*, 0 AS ms FROM orders t WHERE order_id = %d`},
	{"claims", `SELECT t.*, 0 AS ms FROM claims t WHERE order_id = %d`},
	{"ledger", `SELECT t.*, 0 AS ms FROM ledger t WHERE order_id = %d`},
	{"journal", `SELECT t.*, time AS ms FROM journal t WHERE order_id = %d ORDER BY event_id`},
	{"receipts", `SELECT t.*, j.time AS ms FROM receipts t JOIN journal j ON j.event_id = t.event_id WHERE j.order_id = %d ORDER BY t.event_id, t.subscriber`},
}

func (f *filler) fill(ctx context.Context, waiting int) error {
	if err := f.conn.QueryRowContext(ctx, `SELECT coalesce(max(order_id), 0) FROM orders WHERE status = 'DELIVERY_BOOKED'`).Scan(&f.model); err != nil {
		return err
	}
	if f.model == 0 {
		return errors.New("no order in the database is finished, so that there is none to copy")
	}
	if err := f.conn.QueryRowContext(ctx, `SELECT max(order_id) FROM orders`).Scan(&f.last); err != nil {
		return err
	}
	for _, statement := range f.before {
		if _, err := f.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	var copies []string
	for _, t := range filled {
		statement, err := f.statement(ctx, t.table, fmt.Sprintf(t.rows, f.model))
		if err != nil {
			return fmt.Errorf("%s: %w", t.table, err)
		}
		copies = append(copies, statement)
	}
	for from := 1; from <= f.orders; from += fillBatch {
		if err := f.batch(ctx, copies, from, min(f.orders, from+fillBatch-1)); err != nil {
			return err
		}
	}
	return f.end(ctx, waiting)
}

// statement returns the statement that copies a table's rows of the model for the orders from $1 to $2.
func (f *filler) statement(ctx context.Context, table, rows string) (string, error) {
	if _, err := f.conn.ExecContext(ctx, "CREATE TEMP TABLE model_"+table+" AS "+rows); err != nil {
		return "", err
	}
	columns, err := f.columns(ctx, "model_"+table)
	if err != nil {
		return "", err
	}
	columns = slices.DeleteFunc(columns, func(c string) bool { return c == "ms" || c == "seq" }) // seq: the database generates it
	values := make([]string, len(columns))
	for i, c := range columns {
		values[i] = f.value(c)
	}
	return fmt.Sprintf(`INSERT INTO %s (%s) SELECT %s FROM %s n CROSS JOIN model_%[1]s m`,
		table, strings.Join(columns, ", "), strings.Join(values, ", "), f.series), nil
}

func (f *filler) columns(ctx context.Context, table string) ([]string, error) {
	rows, err := f.conn.QueryContext(ctx, "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}

// value returns a column's value in the i-th copy.
func (f *filler) value(column string) string {
	number := fmt.Sprintf("n.i + %d", f.last)
	earlier := fmt.Sprintf("1000 * (%d - n.i)", f.orders+1)
	switch column {
	case "order_id":
		return number
	case "key":
		return "m.key || '-' || n.i"
	case "event_id":
		hex := fmt.Sprintf(f.hex, "m.ms - "+earlier)
		return fmt.Sprintf("CAST(substr(%s, 1, 8) || '-' || substr(%[1]s, 9, 4) || substr(CAST(m.event_id AS text), 14) AS %s)", hex, f.id)
	case "data":
		return fmt.Sprintf(`replace(m.data, '"orderId":%d', '"orderId":' || (%s))`, f.model, number)
	case "created_at", "status_at", "time", "changed_at", "next_try", "expires_at":
		return "m." + column + " - " + earlier
	}
	return "m." + column
}

func (f *filler) batch(ctx context.Context, copies []string, from, to int) error {
	tx, err := f.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, statement := range copies {
		if _, err := tx.ExecContext(ctx, statement, from, to); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// end gives the newest copies an event to be published again, and restores the database's settings.
func (f *filler) end(ctx context.Context, waiting int) error {
	const again = `UPDATE receipts SET state = 'pending', next_try = 1 WHERE subscriber = 'delivery.DeliveryBooked'
		AND event_id IN (SELECT event_id FROM journal WHERE type = 'DeliveryBooked' AND order_id > $1)`
	if _, err := f.conn.ExecContext(ctx, again, f.last+int64(f.orders-waiting)); err != nil {
		return err
	}
	for _, statement := range f.after {
		if _, err := f.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
