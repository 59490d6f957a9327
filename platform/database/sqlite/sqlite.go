// Package sqlite is the embedded engine: one file, one writer that groups concurrent writes into one transaction, and a
// pool of readers.
//
// It guarantees: a write that returned nil is in the file and synced (WAL, synchronous=FULL), so that it survives the end
// of the process and, if the disk honours fsync, a power cut. A write that returned an error changed nothing, unless the
// context ended while it ran or the process or power failed right after it; then it may be stored or not. When the file
// cannot be used, each call fails with fault.Unavailable, and OnTrouble's function is called. The store recovers by
// itself when the cause is gone, except from a damaged file, which takes no more writes.
package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"time"

	_ "modernc.org/sqlite" // the driver

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
)

//go:embed migrations/*.sql
var migrations embed.FS

// foldAfter is the size of the write-ahead log, in pages of 4 KiB, at which SQLite folds it into the file: 16 MB. A page
// that changes often is then written to the file once.
const foldAfter = 4000

// readerCount bounds how many reads run at once.
const readerCount = 4

// Store is the shop's data in one SQLite file. It is safe for concurrent use.
type Store struct {
	*queries.Queries
	database.UseCases
	path     string
	file     fs.FileInfo // as it was when opened
	write    *sql.DB
	read     *readers
	queue    chan *job
	done     chan struct{} // closed when the writer has ended
	quit     chan struct{} // closed by Close
	ended    error         // the writer's error; read it once done is closed
	now      func() time.Time
	onCommit func([]event.Envelope)
	counts   func(writes int) // nil: not counted
	health   health
	options  Options

	backlog backlog
	archive database.Cursor
}

// Open opens the file, makes or migrates its tables, and starts the writer. The file's folder must exist. If the file
// cannot be used, the error is a *Trouble, which says what to do.
func Open(ctx context.Context, path string, now func() time.Time) (*Store, error) {
	return OpenWith(ctx, path, Options{Random: rand.Reader}, now)
}

// OpenWith is Open with options.
func OpenWith(ctx context.Context, path string, o Options, now func() time.Time) (*Store, error) {
	s := &Store{
		path: path, now: now, onCommit: func([]event.Envelope) {},
		queue: make(chan *job, maxBatch), done: make(chan struct{}), quit: make(chan struct{}), options: o,
	}
	s.Queries = queries.New(db{s}, queries.SQLite, now)
	s.UseCases = database.UseCases{Engine: s, Now: now, Keeper: new(database.Keeper)}
	t := &tx{path: path, keeper: s.Keeper, orders: recentOrders{all: map[int64]*order.Order{}}}
	err := s.begin(ctx, t)
	if err != nil {
		s.closeFiles()
		return nil, fmt.Errorf("sqlite: open: %w", explained(path, err))
	}
	go s.writer(t)
	return s, nil
}

func (s *Store) begin(ctx context.Context, t *tx) (err error) {
	if err := private(s.path); err != nil {
		return err
	}
	if s.file, err = os.Stat(s.path); err != nil {
		return err
	}
	// The data for undoing a savepoint stays in memory: writing it to a file is not worth it.
	if s.write, err = sql.Open("sqlite", s.options.dsn(s.path, "_txlock=immediate&_pragma=temp_store(MEMORY)")); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	crash.At("start.before-migrations")
	if err := s.options.migrate(ctx, s.write, s.path); err != nil {
		return err
	}
	if err := s.write.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&t.firstNumber); err != nil {
		return err
	}
	if t.installation, err = installation(ctx, s.write, s.options.Random); err != nil {
		return err
	}
	read, err := sql.Open("sqlite", s.options.dsn(s.path, "_pragma=query_only(1)"))
	if err != nil {
		return err
	}
	read.SetMaxOpenConns(readerCount)
	read.SetMaxIdleConns(readerCount)
	s.read, t.db = &readers{DB: read, explain: s.unreadable}, s.write
	left, err := s.CountBacklog(ctx)
	if err != nil {
		return err
	}
	s.backlog.add(left)
	return t.probe() // better to fail now than with the first customer's order
}

// closeFiles closes what is open after an error, which is the one to report.
func (s *Store) closeFiles() {
	if s.read != nil {
		_ = s.read.Close()
	}
	if s.write != nil {
		_ = s.write.Close()
	}
}

// private makes the file if it does not exist, so that only its owner can read the customers' data.
func private(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// fileURI names a file that exists, with pragmas.
func fileURI(path, pragmas string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?mode=rw&_pragma=busy_timeout(" + patient + ")" + pragmas
}

// OnCommit sets a function that is called with the events of each transaction.
func (s *Store) OnCommit(f func([]event.Envelope)) { s.onCommit = f }

// OnGroup sets a function that is called after each transaction with the number of its writes. The function must not
// block. Set it once, before the first write.
func (s *Store) OnGroup(count func(writes int)) { s.counts = count }

func (s *Store) counted(writes int) {
	if s.counts != nil {
		s.counts(writes)
	}
}

// Close refuses new writes, waits for those that run, and closes the file.
func (s *Store) Close() error {
	err := s.read.Close() // before the writer: an open reader keeps the log from being folded in
	close(s.quit)
	<-s.done
	if err := errors.Join(err, s.ended, s.write.Close()); err != nil {
		return fmt.Errorf("sqlite: close: %w", explained(s.path, err))
	}
	return nil
}
