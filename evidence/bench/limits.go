package bench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Limits is what this machine can do.
type Limits struct {
	Syncs     float64 `json:"fdatasyncPerSecond"`         // of 4 KiB each, one after the other
	SyncP99   float64 `json:"fdatasyncP99Ms"`             // of one of them
	Floor     float64 `json:"floorOrdersPerSecond"`       // orders whose rows are written and changed as by the shop
	FinalRows float64 `json:"floorOrdersPerSecondOfRows"` // orders whose rows are written once, in their final state
	CPU       float64 `json:"floorCpuMsPerOrder"`         // of the floor's loop, in milliseconds
	Pgbench   float64 `json:"pgbenchPerSecond"`           // transactions of pgbench's simple-update by 32 clients; only for a shop on PostgreSQL
}

// syncs repeatedly overwrites one page and syncs it. It returns how often per second, and the 99th percentile of the
// duration in milliseconds.
func syncs(dir string, lasts time.Duration) (perSecond, p99 float64, err error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	page := make([]byte, 4096)
	var took []time.Duration
	for begun := time.Now(); time.Since(begun) < lasts; {
		page[0]++
		if _, err := f.WriteAt(page, 0); err != nil {
			return 0, 0, err
		}
		syncing := time.Now()
		if err := syncData(f); err != nil {
			return 0, 0, err
		}
		took = append(took, time.Since(syncing))
	}
	return ratio(float64(len(took)), lasts.Seconds()), quantiles(took).P99, nil
}

// limits measures the machine with the rows of an order that the shop finished.
func limits(ctx context.Context, dir, shopFile string, lasts time.Duration) (l Limits, err error) {
	if l.Syncs, l.SyncP99, err = syncs(dir, lasts/2); err != nil {
		return l, fmt.Errorf("measuring fdatasync: %w", err)
	}
	model, err := readModel(ctx, shopFile)
	if err != nil {
		return l, fmt.Errorf("the rows of an order: %w", err)
	}
	cpu := ownCPU()
	n, took, err := floor(ctx, filepath.Join(dir, "floor.db"), model, lasts, true)
	if err != nil {
		return l, fmt.Errorf("measuring the floor: %w", err)
	}
	l.Floor, l.CPU = ratio(float64(n), took.Seconds()), ratio((ownCPU()-cpu)*1000, float64(n))
	if n, took, err = floor(ctx, filepath.Join(dir, "rows.db"), model, lasts, false); err != nil {
		return l, fmt.Errorf("measuring the floor: %w", err)
	}
	l.FinalRows = ratio(float64(n), took.Seconds())
	return l, nil
}

// row is one row of a table.
type row struct {
	table   string
	columns []string
	values  []any
}

// model is the tables of a shop, and all rows of one of its orders.
type model struct {
	tables []string // statements that create them
	rows   []row
}

func readModel(ctx context.Context, shopFile string) (m model, err error) {
	r, err := openRows(ctx, shopFile)
	if err != nil {
		return m, err
	}
	defer r.close()
	if m.tables, err = statements(ctx, r.db); err != nil {
		return m, err
	}
	const some = `(SELECT max(order_id) FROM orders WHERE status = 'DELIVERY_BOOKED')`
	for _, t := range []struct{ name, query string }{
		{"orders", `SELECT * FROM orders WHERE order_id = ` + some},
		{"claims", `SELECT * FROM claims WHERE order_id = ` + some},
		{"ledger", `SELECT * FROM ledger WHERE order_id = ` + some},
		{"journal", `SELECT * FROM journal WHERE order_id = ` + some + ` ORDER BY event_id`},
		{"receipts", `SELECT r.* FROM receipts r JOIN journal j ON j.event_id = r.event_id WHERE j.order_id = ` + some},
	} {
		found, err := readRows(ctx, r.db, t.name, t.query)
		if err != nil || len(found) == 0 {
			return m, fmt.Errorf("%s: no rows: %w", t.name, err)
		}
		m.rows = append(m.rows, found...)
	}
	return m, nil
}

// statements returns the statements that created the tables, indexes and triggers of a database.
func statements(ctx context.Context, db *sql.DB) (all []string, err error) {
	found, err := db.QueryContext(ctx, `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
		AND name NOT LIKE 'search_%' ORDER BY type <> 'table'`) // the index of words makes its own tables
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var one string
		if err := found.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, found.Err()
}

func readRows(ctx context.Context, db *sql.DB, table, query string) (all []row, err error) {
	found, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		return nil, err
	}
	for found.Next() {
		r, into := row{table, columns, make([]any, len(columns))}, make([]any, len(columns))
		for i := range into {
			into[i] = &r.values[i]
		}
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, found.Err()
}
