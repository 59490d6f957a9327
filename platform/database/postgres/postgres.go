// Package postgres is the engine for a shop in many processes: any number of copies of the shop share one database, and
// each may be killed at any time.
//
// A write locks and reads its rows, decides, and writes. All writes of a process that wait at the same time share a
// transaction, in two pipelines: one locks and reads for all of them, one writes for all of them and commits. So one
// write takes two round trips, and a full transaction takes no more. Several writers commit in parallel.
//
// Transactions are READ COMMITTED. Each locks every row that its decisions depend on before it reads it (with an advisory
// lock if the row may not exist yet: idempotency keys, slots), and all lock in the same order. So SERIALIZABLE would find
// nothing more, and no transaction fails because of concurrent ones.
//
// It guarantees: a write that returned nil is committed, and as durable as the server is set up to make it. A write that
// returned an error changed nothing, except that after fault.Unavailable it may be committed: the connection can be lost
// between the commit and its confirmation. Callers must be prepared for that, as their process could die there as well:
// another try finds the receipt, the key or the order's status, and has no second effect; the sweep finds committed
// events. What was certainly not committed is retried here: reads, and writes whose connection was lost before their
// commit.
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
	// writers is how many transactions commit in parallel.
	writers = 4
	// readers is how many reads run in parallel.
	readers = 4
)

// Store is the shop's data in a PostgreSQL database. It is safe for concurrent use, in many processes on the same
// database.
type Store struct {
	*queries.Queries
	database.UseCases
	link    *link
	config  *pgxpool.Config // for new pools; nil: the number of connections is fixed
	pools   atomic.Pointer[pools]
	sharing sync.Mutex     // serializes changes of pools; none after Close
	closing sync.WaitGroup // counts the replaced pools that are still in use
	probe   *probe
	log     *slog.Logger

	queue    chan *job
	quit     chan struct{} // closed by Close
	done     chan struct{} // closed when all writers have ended
	now      func() time.Time
	onCommit func([]event.Envelope)
	// counts is called with the number of writes of each transaction; nil: not counted.
	counts  func(writes int)
	ids     database.EventIDs
	random  io.Reader             // for the random parts of references
	place   atomic.Pointer[place] // how to select this server's place
	onMoved func(database.Moved)  // nil: not reported

	backlog backlog
	archive database.Cursor
}

// Open connects to the database at an address (postgres://…), makes or migrates its tables, and starts the writers.
func Open(ctx context.Context, url string, now func() time.Time) (*Store, error) {
	return OpenWith(ctx, url, Options{}, now)
}

// begin starts as many writers.
func (s *Store) begin(p *pools, atOnce int) *Store {
	s.Queries = queries.New(db{s}, queries.PostgreSQL, s.now)
	s.UseCases = database.UseCases{Engine: s, Now: s.now, Keeper: new(database.Keeper)}
	s.pools.Store(p)
	s.onCommit, s.probe, s.random = func([]event.Envelope) {}, newProbe(s.log), rand.Reader
	s.queue, s.done, s.quit = make(chan *job, queued), make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	for range atOnce {
		all.Go(s.writer)
	}
	go func() { all.Wait(); close(s.done) }()
	return s
}

// OnCommit sets a function that is called with the events of each transaction.
func (s *Store) OnCommit(f func([]event.Envelope)) { s.onCommit = f }

// OnGroup sets a function that is called after each transaction with the number of its writes. The function must not
// block. Set it once, before the first write.
func (s *Store) OnGroup(count func(writes int)) { s.counts = count }

// OnMoved sets a function that is called when the database was restored or failed over (Locate), also if a new order
// finds that out. The function must not block. Set it once, before the first write.
func (s *Store) OnMoved(f func(database.Moved)) { s.onMoved = f }

// Queue returns how many writes wait for the writers, and how many can.
func (s *Store) Queue() (waiting, most int) { return len(s.queue), cap(s.queue) }

// Close refuses new writes, waits for those that run, and closes the connections.
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
