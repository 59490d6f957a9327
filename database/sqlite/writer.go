package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"acme.example/webshop/crash"
	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
)

// maxBatch bounds how many writes share one transaction.
const maxBatch = 256

// job is one caller's write, waiting for its place in a transaction.
type job struct {
	ctx  context.Context
	run  func(*tx) error
	done chan error
	err  error
}

// tx is the writer's transaction, with its statements prepared once for all transactions.
type tx struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	ids      database.EventIDs
	events   []event.Envelope // journalled in this transaction
	backlog  database.Backlog // what this transaction adds to it
}

// do runs a write in the next transaction and returns when it is durable. When the context carries a receipt, it is
// marked in the same transaction; if it was not pending, the write is a duplicate: it is not run, and do returns true.
func (s *Store) do(ctx context.Context, run func(*tx) error) (duplicate bool, err error) {
	receipt := event.ReceiptOf(ctx)
	j := &job{ctx: ctx, done: make(chan error, 1), run: func(t *tx) error {
		if receipt == nil {
			return run(t)
		}
		open, err := t.settle(receipt, s.now())
		if duplicate = !open; err != nil || duplicate {
			return err
		}
		return run(t)
	}}
	select {
	case s.queue <- j:
	case <-s.quit:
		return false, fault.New(fault.Unavailable, "the shop is stopping")
	case <-ctx.Done():
		return false, fault.Wrap(ctx.Err(), fault.Unavailable, "the database is busy")
	}
	select {
	case err = <-j.done:
	case <-s.done: // the writer ended; it may have done this one last
		select {
		case err = <-j.done:
		default:
			return false, fault.New(fault.Unavailable, "the shop is stopping")
		}
	}
	if err == nil && receipt != nil {
		receipt.Settle()
	}
	return duplicate, err
}

// writer runs transactions until Close: each takes all that came while the last one ran.
func (s *Store) writer(conn *sql.Conn) {
	defer close(s.done)
	t := &tx{conn: conn, prepared: map[string]*sql.Stmt{}}
	defer func() { s.ended = t.end() }()
	for {
		select {
		case j := <-s.queue:
			s.commit(t, s.batch(j))
		case <-s.quit:
			for len(s.queue) > 0 {
				s.commit(t, s.batch(<-s.queue))
			}
			return
		}
	}
}

func (s *Store) batch(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxBatch {
		select {
		case j := <-s.queue:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// commit runs the jobs in one transaction, tells of their events, and answers the callers. A job that fails is undone
// alone; when the transaction fails, all have failed.
func (s *Store) commit(t *tx, jobs []*job) {
	t.events, t.backlog = nil, database.Backlog{}
	err := t.exec("BEGIN IMMEDIATE")
	if err == nil {
		for _, j := range jobs {
			j.err = t.alone(j)
		}
		crash.At("store.before-commit")
		err = t.exec("COMMIT")
		crash.At("store.after-commit")
	}
	if err != nil {
		err = fault.Wrap(err, fault.Unavailable, "the database could not store this")
		_ = t.exec("ROLLBACK") // fails when there is nothing to roll back; the first error is the one to tell
		t.events = nil
	}
	if err == nil {
		s.backlog.add(t.backlog)
	}
	if len(t.events) > 0 {
		s.told(t.events)
	}
	crash.At("store.after-telling")
	for _, j := range jobs {
		if err != nil {
			j.err = err
		}
		j.done <- j.err
	}
}

// end folds the write-ahead log into the file and gives the connection back.
func (t *tx) end() error {
	_, err := t.conn.ExecContext(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`)
	for _, stmt := range t.prepared {
		err = errors.Join(err, stmt.Close())
	}
	return errors.Join(err, t.conn.Close())
}

// alone runs one job such that it can be undone without the others.
func (t *tx) alone(j *job) error {
	if err := j.ctx.Err(); err != nil {
		return fault.Wrap(err, fault.Unavailable, "the caller has gone")
	}
	if err := t.exec("SAVEPOINT job"); err != nil {
		return err
	}
	before, backlog := len(t.events), t.backlog
	err := safely(func() error { return j.run(t) })
	if err != nil {
		t.events, t.backlog = t.events[:before], backlog
		if undo := t.exec("ROLLBACK TO job"); undo != nil {
			return undo
		}
	}
	if release := t.exec("RELEASE job"); release != nil {
		return release
	}
	return err
}

// safely turns a panic into an error, so that one job cannot take the writer down.
func safely(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("sqlite: panic in a write: %v", p)
		}
	}()
	return run()
}

func (t *tx) statement(query string) (*sql.Stmt, error) {
	if stmt, ok := t.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := t.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("sqlite: prepare: %w", err)
	}
	t.prepared[query] = stmt
	return stmt, nil
}

// exec runs a statement. It does not end with the caller's context: other callers share the transaction.
func (t *tx) exec(query string, args ...any) error {
	_, err := t.change(query, args...)
	return err
}

// change runs a statement and returns how many rows it changed.
func (t *tx) change(query string, args ...any) (int64, error) {
	stmt, err := t.statement(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, fmt.Errorf("sqlite: %w", err)
	}
	return result.RowsAffected()
}

// row reads one row.
func (t *tx) row(query string, args ...any) scanner {
	stmt, err := t.statement(query)
	if err != nil {
		return failed{err}
	}
	return stmt.QueryRowContext(context.Background(), args...)
}

// scanner is a row to be read, of *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }
