// Package queries holds the store's SQL that is the same for all engines: the reads, and the statements that change one
// table only. Where the engines need different plans or locks, each has a query of its own.
package queries

import (
	"context"
	"time"

	"github.com/google/uuid"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// DB is an engine's connections.
type DB interface {
	// Query runs a query and passes its rows to read, which may be called more than once.
	Query(ctx context.Context, read func(Rows) error, sql string, args ...any) error
	// QueryRow runs a query for one row and passes it to scan. It reports whether there is one.
	QueryRow(ctx context.Context, scan func(Row) error, sql string, args ...any) (found bool, err error)
	// Exec runs a statement in a transaction that also marks the context's receipt as done.
	Exec(ctx context.Context, sql string, args ...any) error
	// Change runs a statement that is a transaction by itself, and returns how many rows it changed. If the engine can,
	// it does not wait for other writes.
	Change(ctx context.Context, sql string, args ...any) (int, error)
	// TakePolls returns the orders that are due and reschedules each, so that no other caller takes them too.
	TakePolls(ctx context.Context, p database.Poll) ([]order.Order, error)
}

// Row is a row to be scanned.
type Row interface{ Scan(dest ...any) error }

// Rows are the rows of a query.
type Rows interface {
	Row
	Next() bool
	Err() error
}

// Queries is the part of each engine's store that reads.
type Queries struct {
	db      DB
	dialect *Dialect
	now     func() time.Time

	lasting database.Paced[map[order.Status]int] // orders in final statuses
	tests   database.Paced[map[order.Status]int] // test orders
}

// New returns the queries of an engine.
func New(db DB, d *Dialect, now func() time.Time) *Queries {
	return &Queries{db: db, dialect: d, now: now}
}

// all reads all rows of a query.
func all[T any](ctx context.Context, q *Queries, scan func(Row) (T, error), sql string, args ...any) (found []T, err error) {
	err = q.db.Query(ctx, func(rows Rows) error {
		found, err = Collect(rows, scan)
		return err
	}, q.dialect.SQL(sql), args...)
	return found, err
}

// Collect scans all rows.
func Collect[T any](rows Rows, scan func(Row) (T, error)) (found []T, err error) {
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// one scans one row, and returns the given error if there is none.
func one[T any](ctx context.Context, q *Queries, scan func(Row) (T, error), missing error, sql string, args ...any) (found T, err error) {
	is, err := q.db.QueryRow(ctx, func(row Row) (err error) {
		found, err = scan(row)
		return err
	}, q.dialect.SQL(sql), args...)
	if err == nil && !is {
		err = missing
	}
	return found, err
}

// value scans a row of one column.
func value[T any](row Row) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}

// exec runs a statement in a transaction.
func (q *Queries) exec(ctx context.Context, sql string, args ...any) error {
	return q.db.Exec(ctx, q.dialect.SQL(sql), args...)
}

// EventID returns an event's id, or an id that no event has if the text is not an id.
func EventID(id string) string {
	if uuid.Validate(id) != nil {
		return uuid.Nil.String()
	}
	return id
}
