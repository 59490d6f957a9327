package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/database"
)

// savedAs is the suffix of the name under which a file is saved that was moved, replaced or deleted while the shop ran.
const savedAs = ".saved"

// tx is the writer's transaction, with its statements prepared once per connection.
type tx struct {
	db           *sql.DB
	path         string
	conn         *sql.Conn // nil: the last one was abandoned
	log          fs.FileInfo
	prepared     map[string]*sql.Stmt
	ids          database.EventIDs
	keeper       *database.Keeper
	events       []event.Envelope // journalled in this transaction
	backlog      database.Backlog // change of the backlog
	orders       recentOrders     // cached for the next write
	version      int64            // of the file: changes when another connection writes
	changes      int              // statements so far that may have changed something
	firstNumber  int64            // new orders have at least this number, so that those unknown to a backup are skipped
	firstWait    time.Duration    // of new receipts (database.FirstWait)
	wrote        bool             // whether a job has written since the last check of the file
	installation string           // its id
}

// attempt runs jobs in one transaction. A job that fails is undone alone, with its own error. The returned error is the
// file's: then nothing was stored.
//
// A savepoint for each job would cost more than it is worth, since jobs rarely fail after they have written something. So
// the jobs run without savepoints first. If one fails after it has written, all are undone and run again with savepoints.
func (t *tx) attempt(jobs []*job) error {
	err := t.run(jobs, t.together)
	if errors.Is(err, errHalfDone) {
		err = t.run(jobs, t.alone)
	}
	return err
}

func (t *tx) run(jobs []*job, one func(*job) error) error {
	t.forget()
	err := t.begin()
	for i := 0; err == nil && i < len(jobs); i++ {
		err = one(jobs[i])
	}
	if errors.Is(err, errHalfDone) {
		t.orders.forget()
		if undo := t.exec("ROLLBACK"); undo != nil {
			return t.finish(undo)
		}
		return err
	}
	return t.finish(err)
}

// errHalfDone means that a job failed after it had written something.
var errHalfDone = errors.New("sqlite: a write failed half-done")

// begin starts a transaction, on a new connection if the last one was abandoned.
func (t *tx) begin() error {
	if err := t.connect(); err != nil {
		return err
	}
	if err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	return t.others()
}

// others empties the cache of orders when another process has written to the file, as webshop import may beside a running
// shop.
func (t *tx) others() error {
	before := t.version
	if err := t.row(`PRAGMA data_version`).Scan(&t.version); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if t.version != before {
		t.orders.forget()
	}
	return nil
}

func (t *tx) connect() (err error) {
	if t.conn != nil {
		return nil
	}
	if t.conn, err = t.db.Conn(context.Background()); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	t.prepared, t.log = map[string]*sql.Stmt{}, nil
	return nil
}

// finish commits if there is no error. After an error it undoes the transaction and abandons the connection, so that it
// does not matter in which state SQLite left it.
func (t *tx) finish(err error) error {
	if err == nil {
		crash.At("store.before-commit")
		err = t.exec("COMMIT")
		crash.At("store.after-commit")
	}
	if err != nil {
		t.forget()
		t.orders.forget()
		t.giveUp()
	}
	return err
}

// forget resets a transaction that has changed nothing yet.
func (t *tx) forget() { t.events, t.backlog = nil, database.Backlog{} }

// giveUp closes the connection. Errors are dropped: the one that led here is reported.
func (t *tx) giveUp() {
	if t.conn == nil {
		return
	}
	_ = t.exec("ROLLBACK")
	for _, stmt := range t.prepared {
		_ = stmt.Close()
	}
	_ = t.conn.Raw(func(any) error { return driver.ErrBadConn }) // so that the pool drops it
	t.conn, t.prepared = nil, nil
}

// end folds the write-ahead log into the file and returns the connection. A file without a name is saved under another
// one, since nothing else can reach it.
func (t *tx) end(nameless bool) error {
	if t.conn == nil {
		return nil
	}
	_, err := t.conn.ExecContext(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`)
	if nameless {
		err = t.save(t.path + savedAs)
	}
	for _, stmt := range t.prepared {
		err = errors.Join(err, stmt.Close())
	}
	return errors.Join(err, t.conn.Close())
}

// save writes what the connection sees to a new file that only its owner may read.
func (t *tx) save(path string) error {
	if err := newFile(path); err != nil {
		return err
	}
	if _, err := t.conn.ExecContext(context.Background(), `VACUUM INTO ?`, path); err != nil {
		return err
	}
	return syncFile(path)
}

// together runs one job of a transaction. A job that fails must have changed nothing.
func (t *tx) together(j *job) error {
	if j.gone() {
		return nil
	}
	before := t.changes
	j.err = safely(func() error { return j.run(t) })
	if _, blamed := kindOf(j.err); blamed {
		return j.err
	}
	if j.err != nil && t.changes > before {
		return errHalfDone
	}
	return nil
}

// alone runs one job in a savepoint. The returned error is the file's, not the job's.
func (t *tx) alone(j *job) error {
	if j.gone() {
		return nil
	}
	if err := t.exec("SAVEPOINT job"); err != nil {
		return err
	}
	events, backlog := len(t.events), t.backlog
	j.err = safely(func() error { return j.run(t) })
	if _, blamed := kindOf(j.err); blamed {
		return j.err // SQLite may have undone the whole transaction: then a savepoint would start another one
	}
	if j.err != nil {
		t.events, t.backlog = t.events[:events], backlog
		t.orders.forget()
		if err := t.exec("ROLLBACK TO job"); err != nil {
			return err
		}
	}
	return t.exec("RELEASE job")
}

// gone reports whether the caller's context has ended, and makes that the job's error.
func (j *job) gone() bool {
	if err := j.ctx.Err(); err != nil {
		j.err = later(err, "the caller has gone")
		return true
	}
	return false
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

// exec runs a statement. It ignores the caller's context, since other callers share the transaction.
func (t *tx) exec(query string, args ...any) error {
	_, err := t.change(query, args...)
	return err
}

// change runs a statement and returns how many rows it changed.
func (t *tx) change(query string, args ...any) (int64, error) {
	result, err := t.result(query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (t *tx) result(query string, args ...any) (sql.Result, error) {
	stmt, err := t.statement(query)
	if err != nil {
		return nil, err
	}
	t.changes++ // even a failed statement may have changed something
	result, err := stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return result, nil
}

// row reads one row.
func (t *tx) row(query string, args ...any) scanner {
	stmt, err := t.statement(query)
	if err != nil {
		return failed{err}
	}
	return stmt.QueryRowContext(context.Background(), args...)
}

// logMoved reports whether the write-ahead log is no longer the file that the connection writes to.
func (t *tx) logMoved() bool {
	if t.conn == nil {
		return false
	}
	if t.log == nil { // a connection makes the log with its first transaction
		t.log, _ = os.Stat(t.path + "-wal")
		return false
	}
	return isOther(t.path+"-wal", t.log)
}
