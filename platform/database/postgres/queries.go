package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/platform/database/queries"
)

// db is the store for the shared queries.
type db struct{ *Store }

// Query runs a query and passes its rows to read.
func (d db) Query(ctx context.Context, read func(queries.Rows) error, sql string, args ...any) error {
	return d.ask(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, storable(args)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		return read(rows)
	})
}

// QueryRow runs a query for one row and passes it to scan.
func (d db) QueryRow(ctx context.Context, scan func(queries.Row) error, sql string, args ...any) (found bool, err error) {
	err = d.ask(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		err := scan(conn.QueryRow(ctx, sql, storable(args)...))
		if found = err == nil; errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return found, err
}

// Exec runs a statement in one of the next transactions.
func (d db) Exec(ctx context.Context, sql string, args ...any) error {
	_, err := d.do(ctx, nil, func(t *tx) error {
		t.exec(sql, args...)
		return nil
	})
	return err
}

// Change runs a statement that is a transaction by itself, and returns how many rows it changed.
func (d db) Change(ctx context.Context, sql string, args ...any) (int, error) {
	return d.count(ctx, sql, args...)
}
