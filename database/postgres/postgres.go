// Package postgres is the engine for a shop in many processes: any number of copies of the shop share one database, and
// each may be killed at any time.
//
// A write reads and locks what it is about, decides, and writes. All writes of a process that wait at the same time share
// a transaction, in two pipelines: one reads and locks for all of them, one writes for all of them and commits. So a
// write alone takes two round trips, and a full transaction takes no more. Several writers commit in parallel.
//
// Transactions are READ COMMITTED. Each takes a lock on every row that its decisions depend on (or an advisory lock where
// there may be no row yet: claims, slots) before it reads it, and all take them in the same order; so there is nothing
// left that SERIALIZABLE would find, and no transaction fails because others ran beside it.
//
// It guarantees: a write that returned nil is committed, and as durable as the server is set up to make it; a write that
// returned an error changed nothing, except that a fault.Unavailable may leave it open: the connection can be lost after
// the commit was sent and before it was confirmed. Whoever writes is prepared for that, since a process may die there as
// well: a try again meets its receipt, its claim or its order's status, and has no second effect; events that were
// committed are found by the sweep. What cannot have happened is tried again here: reads, and writes whose connection
// was lost before their commit.
package postgres

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

const (
	// writers is how many transactions commit at once.
	writers = 4
	// readers bounds how many reads run at once.
	readers = 4
	// connectTimeout bounds the making of a connection.
	connectTimeout = 3 * time.Second
)

// Store is the shop's data in a PostgreSQL database. It is safe for concurrent use, and so are many of them on the same
// database, in many processes.
type Store struct {
	write *pgxpool.Pool // a connection for each writer
	read  *pgxpool.Pool // for all else; the same one where connections are few
	queue chan *job
	quit  chan struct{} // closed by Close
	done  chan struct{} // closed when all writers have ended
	now   func() time.Time
	told  func([]event.Envelope)
	// counts is told how many writes were in each transaction; nil: no one counts.
	counts func(writes int)
	ids    database.EventIDs

	untried untried
	archive database.Cursor
	lasting database.Paced[map[order.Status]int] // orders in statuses that last
}

// Open connects to the database at an address (postgres://…), makes or migrates its tables, and starts the writers.
func Open(ctx context.Context, url string, now func() time.Time) (*Store, error) {
	return OpenWith(ctx, url, Options{}, now)
}

// twoPools opens the database for a process that has connections for writes and for the rest.
func twoPools(config *pgxpool.Config, now func() time.Time) (*Store, error) {
	write, err := pool(config, writers)
	if err != nil {
		return nil, err
	}
	read, err := pool(config, readers)
	if err != nil {
		write.Close()
		return nil, err
	}
	return begin(write, read, writers, now), nil
}

// begin starts so many writers.
func begin(write, read *pgxpool.Pool, atOnce int, now func() time.Time) *Store {
	s := &Store{
		write: write, read: read, now: now, told: func([]event.Envelope) {},
		queue: make(chan *job, queued), done: make(chan struct{}), quit: make(chan struct{}),
	}
	var writing sync.WaitGroup
	for range atOnce {
		writing.Go(s.writer)
	}
	go func() { writing.Wait(); close(s.done) }()
	return s
}

// pool makes a pool of at most so many connections. It makes them when they are needed, and new ones when they are lost.
func pool(config *pgxpool.Config, most int32) (*pgxpool.Pool, error) {
	config = config.Copy()
	config.MaxConns, config.MinConns = most, 0
	config.ConnConfig.ConnectTimeout = connectTimeout
	config.ConnConfig.BuildContextWatcherHandler = forgiving
	session := config.ConnConfig.RuntimeParams
	for name, value := range map[string]string{
		"application_name":                    "webshop",
		"lock_timeout":                        "1s",  // no lock of ours is held that long: someone else's must not stop the shop
		"statement_timeout":                   "15s", // so that the server gives up what we gave up
		"idle_in_transaction_session_timeout": "5s",  // a process that hangs does not keep its locks
		"jit":                                 "off", // it costs short statements more than it gains
	} {
		if session[name] == "" {
			session[name] = value
		}
	}
	config.AfterConnect = durable
	p, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return p, nil
}

// forgiving keeps a connection whose caller has gone: it asks the server to give up, and only when that does not help, the
// connection is closed.
func forgiving(conn *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, CancelRequestDelay: 100 * time.Millisecond, DeadlineDelay: time.Second}
}

// durable undoes a setting with which a crash of the server loses what was committed last.
func durable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
	return err
}

// OnCommit sets what is told of the events of each transaction.
func (s *Store) OnCommit(told func([]event.Envelope)) { s.told = told }

// OnGroup sets what is told after each transaction how many writes were in it. It must not block. It is set once, before
// the first write.
func (s *Store) OnGroup(count func(writes int)) { s.counts = count }

// Ping reports whether the database can be read.
func (s *Store) Ping(ctx context.Context) error {
	return s.ask(ctx, func(ctx context.Context, conn *pgx.Conn) error { return conn.Ping(ctx) })
}

// Queue returns how many writes wait for the writers, and how many may.
func (s *Store) Queue() (waiting, most int) { return len(s.queue), cap(s.queue) }

// Close refuses new writes, ends those that run, and closes the connections.
func (s *Store) Close() error {
	close(s.quit)
	<-s.done
	s.write.Close()
	s.read.Close()
	return nil
}
