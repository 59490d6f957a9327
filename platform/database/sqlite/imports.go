package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/pressly/goose/v3"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/ref"
)

// UpToDate reports whether a file has this program's tables. It changes nothing.
func UpToDate(ctx context.Context, path string) (is bool, err error) {
	db, err := sql.Open("sqlite", fileURI(path, "&_pragma=query_only(1)"))
	if err != nil {
		return false, explained(path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return false, err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return false, err
	}
	sources := provider.ListSources()
	var version int64
	err = db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&version)
	return version == sources[len(sources)-1].Version, explained(path, err)
}

// LeaveNumbers does nothing: new orders are numbered after the highest one, and an import is one transaction with its
// numbers.
func (s *Store) LeaveNumbers(context.Context, int64) error { return nil }

// TryImport returns what Import would, and changes nothing.
func (s *Store) TryImport(ctx context.Context, rows []order.Order) ([]database.Import, error) {
	plan, err := planImport(rows, s.now(), func(query string, args ...any) (*sql.Rows, error) { return s.read.QueryContext(ctx, query, args...) })
	if err != nil {
		return nil, err
	}
	return plan.Results, nil
}

// Import imports orders.
func (s *Store) Import(ctx context.Context, rows []order.Order) (results []database.Import, err error) {
	ids := make([]string, len(rows))
	for i := range rows {
		if ids[i], err = ref.NewID(s.options.Random); err != nil {
			return nil, err
		}
	}
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		plan, err := planImport(rows, s.now(), t.rows)
		if err != nil {
			return err
		}
		results = plan.Results
		return t.imports(ctx, plan, ids, s.now())
	})
	return results, err
}

// planImport decides about rows, with one query for all of them.
func planImport(rows []order.Order, now time.Time, ask func(query string, args ...any) (*sql.Rows, error)) (*database.ImportPlan, error) {
	numbers := make([]int64, len(rows))
	for i, row := range rows {
		numbers[i] = row.ID
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, err
	}
	here, deleted := map[int64]order.Order{}, map[int64]bool{}
	err = errors.Join(
		each(ask, func(row scanner) error {
			var o order.Order
			err := scanOrder(row, 0, &o)
			here[o.ID] = o
			return err
		}, `SELECT `+orderColumns+` FROM orders WHERE order_id IN (SELECT value FROM json_each(?))`, string(list)),
		each(ask, func(row scanner) error {
			var id int64
			err := row.Scan(&id)
			deleted[id] = true
			return err
		}, `SELECT order_id FROM deleted_tests WHERE order_id IN (SELECT value FROM json_each(?))`, string(list)))
	return database.PlanImport(rows, here, deleted, now), err
}

// each reads the rows of a query.
func each(ask func(query string, args ...any) (*sql.Rows, error), read func(scanner) error, query string, args ...any) error {
	rows, err := ask(query, args...)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	for err == nil && rows.Next() {
		err = read(rows)
	}
	return errors.Join(err, rows.Err(), rows.Close())
}

// rows reads rows in the transaction.
func (t *tx) rows(query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.statement(query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(context.Background(), args...)
}

// imports writes a plan.
func (t *tx) imports(ctx context.Context, plan *database.ImportPlan, ids []string, now time.Time) error {
	orders, events := make([]order.Order, 0, len(plan.New)), make([]event.Envelope, 0, len(plan.New))
	for i, o := range plan.New {
		var err error
		if o.Unique, err = t.unique(ids[i], now); err != nil {
			return err
		}
		env, err := t.ids.NewEnvelope(ctx, o.ImportEvent(), now)
		if err != nil {
			return err
		}
		orders, events = append(orders, o), append(events, env)
	}
	if err := errors.Join(insertAll(t, database.Orders, orders), insertAll(t, database.SearchRows, database.SearchRowsOf(orders)), insertAll(t, database.Journal, events)); err != nil {
		return err
	}
	for _, c := range plan.Changed {
		if err := t.updateImported(c.Before, c.After); err != nil {
			return err
		}
	}
	return t.countImported(plan.Slots)
}

// atOnce is how many rows one statement inserts.
const atOnce = 50

// insertAll inserts records, many with each statement.
func insertAll[T any](t *tx, table *database.Table[T], records []T) error {
	for chunk := range slices.Chunk(records, atOnce) {
		var args []any
		for i := range chunk {
			one, err := table.Args(&chunk[i])
			if err != nil {
				return err
			}
			args = append(args, one...)
		}
		if err := t.exec(table.InsertSQL(len(chunk)), args...); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) countImported(slots map[database.ImportSlot]int) error {
	for slot, by := range slots {
		if err := t.exec(`INSERT INTO slots (market, starts_at, booked) VALUES (?, ?, ?)
			ON CONFLICT (market, starts_at) DO UPDATE SET booked = booked + excluded.booked`, slot.Market, slot.Start, by); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) updateImported(was, o order.Order) error {
	c, changed, err := database.Orders.Update(&was, &o)
	if err != nil || !changed {
		return err
	}
	t.orders.drop(o.ID)
	return errors.Join(t.exec(c.SQL, c.Args...), t.reword(o))
}

// reword writes an order's row of the search's index anew.
func (t *tx) reword(o order.Order) error {
	if err := t.exec(`DELETE FROM search WHERE rowid = ?`, o.ID); err != nil {
		return err
	}
	return insertAll(t, database.SearchRows, database.SearchRowsOf([]order.Order{o}))
}
