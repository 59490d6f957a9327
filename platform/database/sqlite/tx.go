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

// savedAs is the end of the name under which a file is saved that was moved, replaced or deleted under a running shop.
const savedAs = ".saved"

// tx is the writer's transaction, with its statements prepared once for all transactions of one connection.
type tx struct {
	db           *sql.DB
	path         string
	conn         *sql.Conn // nil: the last one was given up
	log          fs.FileInfo
	prepared     map[string]*sql.Stmt
	ids          database.EventIDs
	events       []event.Envelope // journalled in this transaction
	backlog      database.Backlog // what it adds to what waits
	orders       recentOrders     // for the next write
	version      int64            // of the file, as its connection counts the writes of others
	changes      int              // statements so far that may have changed something
	firstNumber  int64            // no new order has a lower number: of what a backup does not know
	firstWait    time.Duration    // of what it journals (database.FirstWait)
	wrote        bool             // jobs, since the file was looked after
	installation string           // id
}

// attempt runs jobs in one transaction. A job that fails is undone alone, and its error is its own. The error returned
// is the file's: then nothing was stored.
//
// Savepoints, which undo one job, cost each of them more than what they are for: to fail after something was written is
// rare. So it is first tried without. When a job then fails too late, all is undone and run again, with savepoints.
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

// errHalfDone is that of a transaction in which a job failed after it had written something.
var errHalfDone = errors.New("sqlite: a write failed half-done")

// begin starts a transaction, on a new connection where the last one was given up.
func (t *tx) begin() error {
	if err := t.connect(); err != nil {
		return err
	}
	if err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	return t.others()
}

// others forgets what is remembered of orders when another process has written to the file: webshop import may do so beside a
// running shop.
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

// finish commits, unless there is an error already. After an error the transaction is undone, and its connection is
// given up: what state SQLite left it in (rolled back or not, savepoints gone or not) no longer matters.
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

// forget begins a transaction that has changed nothing yet.
func (t *tx) forget() { t.events, t.backlog = nil, database.Backlog{} }

// giveUp closes the connection. All errors are dropped: the first one, which led here, is the one to tell.
func (t *tx) giveUp() {
	if t.conn == nil {
		return
	}
	_ = t.exec("ROLLBACK")
	for _, stmt := range t.prepared {
		_ = stmt.Close()
	}
	_ = t.conn.Raw(func(any) error { return driver.ErrBadConn }) // so that the pool does not keep it
	t.conn, t.prepared = nil, nil
}

// end folds the write-ahead log into the file and gives the connection back. A file that has lost its name is saved
// under another one: no one else can reach it.
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

// save writes all that the connection sees to a new file, which only its owner may read.
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

// alone runs one job such that it can be undone without the others. The error returned is the file's, not the job's.
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
		return j.err // SQLite may have undone the whole transaction: a savepoint now would begin one of its own
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

// gone reports whether the caller has gone, which then is the job's error.
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

// exec runs a statement. It does not end with the caller's context: other callers share the transaction.
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
	t.changes++ // if only because it may have changed something before it failed
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

// logMoved reports whether the write-ahead log is no longer the one that the connection writes to.
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
