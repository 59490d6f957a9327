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
// well: a try again meets its receipt, its key or its order's status, and has no second effect; events that were
// committed are found by the sweep. What cannot have happened is tried again here: reads, and writes whose connection
// was lost before their commit.
package postgres

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
)

const (
	// writers is how many transactions commit at once.
	writers = 4
	// readers is how many reads run at once.
	readers = 4
)

// Store is the shop's data in a PostgreSQL database. It is safe for concurrent use, and so are many of them on the same
// database, in many processes.
type Store struct {
	*queries.Queries
	database.UseCases
	link    *link
	config  *pgxpool.Config // of new pools; nil: the number of connections is fixed
	pools   atomic.Pointer[pools]
	sharing sync.Mutex     // of changes of pools; none after Close
	closing sync.WaitGroup // of pools that were changed for others
	probe   *probe
	log     *slog.Logger

	queue chan *job
	quit  chan struct{} // closed by Close
	done  chan struct{} // closed when all writers have ended
	now   func() time.Time
	told  func([]event.Envelope)
	// counts is told how many writes were in each transaction; nil: no one counts.
	counts func(writes int)
	ids    database.EventIDs
	random io.Reader             // of the random parts of references
	place  atomic.Pointer[place] // how the server is asked where it is
	moved  func(database.Moved)  // nil: no one is told

	backlog backlog
	archive database.Cursor
}

// Open connects to the database at an address (postgres://…), makes or migrates its tables, and starts the writers.
func Open(ctx context.Context, url string, now func() time.Time) (*Store, error) {
	return OpenWith(ctx, url, Options{}, now)
}

// begin starts so many writers.
func (s *Store) begin(p *pools, atOnce int) *Store {
	s.Queries = queries.New(db{s}, queries.PostgreSQL, s.now)
	s.UseCases = database.UseCases{Engine: s, Now: s.now}
	s.pools.Store(p)
	s.told, s.probe, s.random = func([]event.Envelope) {}, newProbe(s.log), rand.Reader
	s.queue, s.done, s.quit = make(chan *job, queued), make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	for range atOnce {
		all.Go(s.writer)
	}
	go func() { all.Wait(); close(s.done) }()
	return s
}

// OnCommit sets what is told of the events of each transaction.
func (s *Store) OnCommit(told func([]event.Envelope)) { s.told = told }

// OnGroup sets what is told after each transaction how many writes were in it. It must not block. It is set once, before
// the first write.
func (s *Store) OnGroup(count func(writes int)) { s.counts = count }

// OnMoved sets what is told when the database is not where it was (Locate), which may have been noticed by a new order. It
// must not block. It is set once, before the first write.
func (s *Store) OnMoved(told func(database.Moved)) { s.moved = told }

// Queue returns how many writes wait for the writers, and how many may.
func (s *Store) Queue() (waiting, most int) { return len(s.queue), cap(s.queue) }

// Close refuses new writes, ends those that run, and closes the connections.
func (s *Store) Close() error {
	close(s.quit)
	<-s.done
	s.backlog.close()
	s.leave()
	s.sharing.Lock()
	defer s.sharing.Unlock()
	s.pools.Load().close()
	s.closing.Wait()
	return nil
}

func (s *Store) closed() bool {
	select {
	case <-s.quit:
		return true
	default:
		return false
	}
}
