package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// changed runs a statement that is a transaction by itself, and scans the rows that it returns.
func changed[T any](ctx context.Context, s *Store, scan func(scanner) (T, error), sql string, args ...any) (all []T, err error) {
	err = s.change(ctx, func(ctx context.Context, conn *pgx.Conn) (err error) {
		all, err = rows(ctx, conn, scan, sql, args...)
		return err
	})
	return all, err
}

func rows[T any](ctx context.Context, conn *pgx.Conn, scan func(scanner) (T, error), sql string, args ...any) ([]T, error) {
	found, err := conn.Query(ctx, sql, storable(args)...)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (T, error) { return scan(row) })
	if len(all) == 0 {
		return nil, err
	}
	return all, err
}

// row reads one row, and returns missing if there is none.
func (s *Store) row(ctx context.Context, scan func(scanner) error, missing error, sql string, args ...any) error {
	return s.ask(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		err := scan(conn.QueryRow(ctx, sql, storable(args)...))
		if errors.Is(err, pgx.ErrNoRows) {
			return missing
		}
		return err
	})
}

// into scans a row into variables.
func into(dest ...any) func(scanner) error {
	return func(row scanner) error { return row.Scan(dest...) }
}

// count runs a statement that is a transaction by itself, and returns how many rows it changed.
func (s *Store) count(ctx context.Context, sql string, args ...any) (n int, err error) {
	err = s.change(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		tag, err := conn.Exec(ctx, sql, storable(args)...)
		n = int(tag.RowsAffected())
		return err
	})
	return n, err
}
