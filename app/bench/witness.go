package bench

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"time"

	_ "modernc.org/sqlite" // the driver of the shop's database
)

// life is what became of an order.
type life struct {
	created time.Time
	ended   time.Time // when the last receipt was done, and the status DELIVERY_BOOKED
	done    bool      // all of that has happened
}

// witness knows what became of orders.
type witness interface {
	// pending counts the receipts that are not done.
	pending(ctx context.Context) (int, error)
	// lives tells of all orders of a run, by number.
	lives(ctx context.Context) (map[int64]life, error)
	close() error
}

// rows is the witness of a shop that was started here: its database, which is only read.
type rows struct{ db *sql.DB }

func openRows(file string) (*rows, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)")
	if err != nil {
		return nil, fmt.Errorf("the shop's database: %w", err)
	}
	return &rows{db}, nil
}

func (r *rows) pending(ctx context.Context) (n int, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT count(*) FROM receipts WHERE state = 'pending'`).Scan(&n) // has an index
	return n, err
}

// receiptsOfAnOrder is how many subscribers hear of an order that goes the whole way.
const receiptsOfAnOrder = 10

func (r *rows) lives(ctx context.Context) (map[int64]life, error) {
	found, err := r.db.QueryContext(ctx, `SELECT o.order_id, o.created_at, max(o.status_at, max(r.changed_at)),
			o.status = 'DELIVERY_BOOKED' AND sum(r.state = 'done') = count(*) AND count(*) >= ?
		FROM orders o JOIN journal j ON j.order_id = o.order_id JOIN receipts r ON r.event_id = j.event_id
		GROUP BY o.order_id`, receiptsOfAnOrder)
	if err != nil {
		return nil, fmt.Errorf("the shop's database: %w", err)
	}
	defer found.Close()
	all := map[int64]life{}
	for found.Next() {
		var id, created, ended int64
		var done bool
		if err := found.Scan(&id, &created, &ended, &done); err != nil {
			return nil, fmt.Errorf("the shop's database: %w", err)
		}
		all[id] = life{time.UnixMilli(created), time.UnixMilli(ended), done}
	}
	return all, found.Err()
}

func (r *rows) close() error { return r.db.Close() }
