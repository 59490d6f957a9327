package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"acme.example/webshop/platform/database/queries"
)

// readers is the pool of connections that only read. It says of each error whether the file is to blame. A query is prepared once:
// to compile it is half of what it costs, or more.
type readers struct {
	*sql.DB
	explain  func(error) error
	prepared sync.Map // the text of a query to its *sql.Stmt; closing the pool closes them
}

// QueryContext asks for rows.
func (r *readers) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := r.statement(ctx, query)
	if err != nil {
		return nil, r.explain(err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, r.explain(err)
}

// QueryRowContext asks for one row. To break off what takes microseconds, database/sql and the driver would start a goroutine
// each; so it runs to its end, and those who have gone are not served.
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

// statement returns the prepared query. The texts are few: they are those of this package and of queries.
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

// unreadable says what an error of a read means. A damaged file is noted at once: no order may go into it.
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

// scanner is a row to be read, of *sql.Row or *sql.Rows.
type scanner = queries.Row

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }
