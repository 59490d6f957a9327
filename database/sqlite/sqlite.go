// Package sqlite is the embedded engine: one file, one writer that gathers concurrent writes into one transaction, and
// a pool of readers.
//
// It guarantees: a write that returned nil is in the file and was synced (WAL, synchronous=FULL), so that it outlives
// the process and, where the disk keeps its promise of fdatasync, the power; a write that returned an error changed
// nothing, except when the context ended while it ran, which leaves it open.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver

	"acme.example/webshop/crash"
	"acme.example/webshop/event"
)

//go:embed migrations/*.sql
var migrations embed.FS

// readers bounds how many reads run at once.
const readers = 4

// Store is the shop's data in one SQLite file. It is safe for concurrent use.
type Store struct {
	write *sql.DB
	read  *sql.DB
	queue chan *job
	done  chan struct{} // closed when the writer has ended
	quit  chan struct{} // closed by Close
	ended error         // of the writer; read it when done is closed
	now   func() time.Time
	told  func([]event.Envelope)

	backlog backlog
}

// Open opens the file, makes or migrates its tables, and starts the writer. The file's folder must exist.
func Open(ctx context.Context, path string, now func() time.Time) (*Store, error) {
	if err := private(path); err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite", dsn(path, "_txlock=immediate"))
	if err != nil {
		return nil, fmt.Errorf("sqlite: open %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	crash.At("start.before-migrations")
	if err := migrate(ctx, write); err != nil {
		return nil, closing(write, fmt.Errorf("sqlite: migrate %s: %w", path, err))
	}
	read, err := sql.Open("sqlite", dsn(path, "_pragma=query_only(1)"))
	if err != nil {
		return nil, closing(write, fmt.Errorf("sqlite: open %s: %w", path, err))
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	s := &Store{
		write: write, read: read, now: now, told: func([]event.Envelope) {},
		queue: make(chan *job, maxBatch), done: make(chan struct{}), quit: make(chan struct{}),
	}
	if err := s.countBacklog(ctx); err != nil {
		return nil, closing(write, err)
	}
	conn, err := write.Conn(ctx)
	if err != nil {
		return nil, closing(write, fmt.Errorf("sqlite: %w", err))
	}
	go s.writer(conn)
	return s, nil
}

// private makes the file, if there is none, such that only its owner reads what customers told us.
func private(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return file.Close()
}

func dsn(path, more string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&" + more
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

func closing(db *sql.DB, err error) error {
	_ = db.Close() // the first error is the one to tell
	return err
}

// OnCommit sets what is told of the events of each transaction.
func (s *Store) OnCommit(told func([]event.Envelope)) { s.told = told }

// Ping reports whether the file can be read.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// Close refuses new writes, ends those that run, and closes the file.
func (s *Store) Close() error {
	err := s.read.Close() // first: who reads keeps the log from being folded in
	close(s.quit)
	<-s.done
	if err := errors.Join(err, s.ended, s.write.Close()); err != nil {
		return fmt.Errorf("sqlite: close: %w", err)
	}
	return nil
}
