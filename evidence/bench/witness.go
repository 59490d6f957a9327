package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver for PostgreSQL
	_ "modernc.org/sqlite"             // the driver for SQLite
)

// life is the state of an order.
type life struct {
	created time.Time
	ended   time.Time // when the last receipt was done, and the status DELIVERY_BOOKED
	done    bool      // all of that has happened
}

// witness reads the state of orders.
type witness interface {
	// pending counts the receipts that are not done.
	pending(ctx context.Context) (int, error)
	// lives returns all orders of a run, by number.
	lives(ctx context.Context) (map[int64]life, error)
	close() error
}

// rows is the witness of a shop that was started here: it reads its database.
type rows struct {
	db    *sql.DB
	after int64 // the highest number of the earlier orders
}

func openRows(ctx context.Context, database string) (*rows, error) {
	driver, address := "pgx", database
	if !strings.HasPrefix(database, "postgres") {
		driver = "sqlite"
		address = "file:" + (&url.URL{Path: database}).EscapedPath() + "?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, fmt.Errorf("the shop's database: %w", err)
	}
	r := &rows{db: db}
	if err := db.QueryRowContext(ctx, `SELECT coalesce(max(order_id), 0) FROM orders`).Scan(&r.after); err != nil {
		return nil, fmt.Errorf("the shop's database: %w", errors.Join(err, db.Close()))
	}
	return r, nil
}

func (r *rows) pending(ctx context.Context) (n int, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT count(*) FROM receipts WHERE state = 'pending'`).Scan(&n) // has an index
	return n, err
}

// receiptsOfAnOrder is how many receipts a delivered order has.
const receiptsOfAnOrder = 10

func (r *rows) lives(ctx context.Context) (map[int64]life, error) {
	found, err := r.db.QueryContext(ctx, `SELECT o.order_id, o.status, o.created_at, o.status_at, max(r.changed_at), count(*),
			sum(CASE r.state WHEN 'done' THEN 1 ELSE 0 END)
		FROM orders o JOIN journal j ON j.order_id = o.order_id JOIN receipts r ON r.event_id = j.event_id
		WHERE o.order_id > $1 GROUP BY o.order_id`, r.after)
	if err != nil {
		return nil, fmt.Errorf("the shop's database: %w", err)
	}
	defer found.Close()
	all := map[int64]life{}
	for found.Next() {
		var id, created, moved, ended int64
		var status string
		var receipts, done int
		if err := found.Scan(&id, &status, &created, &moved, &ended, &receipts, &done); err != nil {
			return nil, fmt.Errorf("the shop's database: %w", err)
		}
		over := status == "DELIVERY_BOOKED" && done == receipts && receipts >= receiptsOfAnOrder
		all[id] = life{time.UnixMilli(created), time.UnixMilli(max(moved, ended)), over}
	}
	return all, found.Err()
}

func (r *rows) close() error { return r.db.Close() }
