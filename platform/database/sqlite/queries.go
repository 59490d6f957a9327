package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"acme.example/webshop/platform/database/queries"
)

// db is the store for the shared queries.
type db struct{ *Store }

// Query runs a query and passes its rows to read.
func (d db) Query(ctx context.Context, read func(queries.Rows) error, query string, args ...any) (err error) {
	rows, err := d.read.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = d.read.explain(errors.Join(err, rows.Close())) }()
	return read(rows)
}

// QueryRow runs a query for one row and passes it to scan.
func (d db) QueryRow(ctx context.Context, scan func(queries.Row) error, query string, args ...any) (found bool, err error) {
	err = scan(d.read.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("sqlite: %w", err)
	}
	return true, nil
}

// Exec runs a statement in the next transaction.
func (d db) Exec(ctx context.Context, query string, args ...any) error {
	_, err := d.do(ctx, func(t *tx) error { return t.exec(query, args...) })
	return err
}

// Change runs a statement in the next transaction, and returns how many rows it changed.
func (d db) Change(ctx context.Context, query string, args ...any) (changed int, err error) {
	_, err = d.do(ctx, func(t *tx) error {
		n, err := t.change(query, args...)
		changed = int(n)
		return err
	})
	return changed, err
}
