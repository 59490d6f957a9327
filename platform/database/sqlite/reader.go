package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"acme.example/webshop/platform/database/queries"
)

// readers is the pool of read-only connections. It finds errors that the file caused. A query is prepared once, since
// compiling it is half of its cost or more.
type readers struct {
	*sql.DB
	explain  func(error) error
	prepared sync.Map // from the text of a query to its *sql.Stmt; closing the pool closes them
}

// QueryContext runs a query.
func (r *readers) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := r.statement(ctx, query)
	if err != nil {
		return nil, r.explain(err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, r.explain(err)
}

// QueryRowContext runs a query for one row. It takes microseconds and is not cancelled with the context, for which
// database/sql and the driver would each start a goroutine; if the context has already ended, it does not run.
func (r *readers) QueryRowContext(ctx context.Context, query string, args ...any) scanner {
	if err := ctx.Err(); err != nil {
		return failed{err}
	}
	stmt, err := r.statement(ctx, query)
	if err != nil {
		return failed{r.explain(err)}
	}
	return oneRow{stmt.QueryRowContext(context.WithoutCancel(ctx), args...), r.explain}
}

// statement returns a prepared query. There are few: those of this package and of queries.
func (r *readers) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := r.prepared.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := r.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if earlier, ok := r.prepared.LoadOrStore(query, stmt); ok {
		return earlier.(*sql.Stmt), stmt.Close()
	}
	return stmt, nil
}

type oneRow struct {
	row     scanner
	explain func(error) error
}

func (o oneRow) Scan(dest ...any) error { return o.explain(o.row.Scan(dest...)) }

// unreadable converts an error of a read. Damage is recorded at once, so that the file takes no more orders.
func (s *Store) unreadable(err error) error {
	kind, blamed := kindOf(err)
	if !blamed {
		return err
	}
	t := &Trouble{kind, s.path, err}
	if kind == Damaged {
		s.health.failed(t)
	}
	return t.fault("the shop cannot read its data at the moment; try again later")
}

// collect reads all rows of a query.
func collect[T any](ctx context.Context, db *readers, scan func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = db.explain(errors.Join(err, rows.Close())) }()
	return queries.Collect(rows, scan)
}

// scanner is a row of *sql.Row or *sql.Rows.
type scanner = queries.Row

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }
