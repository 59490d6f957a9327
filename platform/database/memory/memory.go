// Package memory is an engine for simulations: all of the shop's data in maps, thousands of fresh stores a second. It
// passes the one suite in storetest, as the engines for real data do, but it keeps nothing beyond the process.
//
// A Disk outlives the stores that are opened on it, so that a life of the shop can end and another one go on from what
// was committed. A transaction is one turn under the disk's lock: it is there as a whole, or not at all.
package memory

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"sync"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// Disk holds what was committed.
type Disk struct {
	mu       sync.Mutex
	orders   []order.Order // order n is at n-1; one that was forgotten has no number
	journal  []event.Envelope
	receipts map[receiptKey]*receipt
	pending  map[receiptKey]*receipt // those of receipts that are
	slots    map[slot]int
	keys     map[string]storedKey
	uses     map[codeUse]bool
	tallies  map[tallied]bool
	asked    map[askedKey]asked
	ledger   []database.LedgerEntry
	leases   map[string]lease            // by role
	progress map[string]string           // by job
	archive  map[int64]database.Archived // by order
	actions  []database.Action

	// Random is where the random parts of references come from; crypto/rand when it is not set.
	Random       io.Reader
	installation string // id

	rules       []database.RulesVersion // version n is at n-1
	activations []database.RulesActivation
	readers     map[string]database.RulesReader
}

type slot struct {
	market string
	start  int64 // milliseconds since 1970
}

// NewDisk returns an empty disk.
func NewDisk() *Disk {
	return &Disk{
		Random:   rand.Reader,
		receipts: map[receiptKey]*receipt{}, pending: map[receiptKey]*receipt{}, slots: map[slot]int{}, keys: map[string]storedKey{},
		leases: map[string]lease{}, progress: map[string]string{},
		readers: map[string]database.RulesReader{},
		uses:    map[codeUse]bool{},
		tallies: map[tallied]bool{},
		asked:   map[askedKey]asked{},
		archive: map[int64]database.Archived{},
	}
}

// Store is one life's hold of a disk. It is safe for concurrent use.
type Store struct {
	database.UseCases
	// CommitFails, when it is set, is asked at the end of each transaction; it may not use the store.
	CommitFails func(context.Context) bool
	// TellEarly tells of events before their commit: a mistake, for a test of what finds it.
	TellEarly bool

	disk   *Disk
	now    func() time.Time
	told   func([]event.Envelope)
	ids    database.EventIDs
	closed bool
}

var _ database.Store = (*Store)(nil)

// Open returns a store on the disk.
func Open(disk *Disk, now func() time.Time) *Store {
	s := &Store{disk: disk, now: now, told: func([]event.Envelope) {}}
	s.UseCases = database.UseCases{Engine: s, Now: now}
	return s
}

// OnCommit sets what is told of the events of each transaction.
func (s *Store) OnCommit(told func([]event.Envelope)) { s.told = told }

// Ping reports that the store can be read.
func (s *Store) Ping(context.Context) error { return nil }

// Close refuses new writes.
func (s *Store) Close() error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	s.closed = true
	return nil
}

// tx is a transaction. Each change notes how it is undone.
type tx struct {
	*Store
	events []event.Envelope
	undo   []func()
}

// do runs a write. When the context carries a receipt, it is marked in the same transaction; if it was neither pending nor
// parked, the write is a duplicate: it is not run, and do returns true.
func (s *Store) do(ctx context.Context, run func(*tx) error) (duplicate bool, err error) {
	r := event.ReceiptOf(ctx)
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	t := &tx{Store: s}
	if err := t.begin(ctx); err != nil {
		return false, err
	}
	if r != nil && !t.settle(r) {
		duplicate = true
	} else {
		err = safely(func() error { return run(t) })
	}
	if err = t.commit(ctx, err); err == nil && r != nil {
		r.Settle()
	}
	return duplicate, err
}

func (t *tx) begin(ctx context.Context) error {
	if t.closed {
		return fault.New(fault.Unavailable, "the shop is stopping")
	}
	if err := ctx.Err(); err != nil {
		return fault.Wrap(err, fault.Unavailable, "the caller has gone")
	}
	return nil
}

// commit ends the transaction: all of it is undone when there was an error, or when the commit fails.
func (t *tx) commit(ctx context.Context, err error) error {
	if err == nil && t.TellEarly && len(t.events) > 0 {
		t.told(t.events)
	}
	if err == nil && t.CommitFails != nil && t.CommitFails(ctx) {
		err = fault.New(fault.Unavailable, "the database could not store this")
	}
	if err != nil {
		for i := len(t.undo) - 1; i >= 0; i-- {
			t.undo[i]()
		}
		return err
	}
	if !t.TellEarly && len(t.events) > 0 {
		t.told(t.events)
	}
	return nil
}

// safely turns a panic into an error.
func safely(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("memory: panic in a write: %v", p)
		}
	}()
	return run()
}

// set changes a value, and notes the one before.
func set[T any](t *tx, at *T, to T) {
	before := *at
	t.undo = append(t.undo, func() { *at = before })
	*at = to
}

// put changes an entry of a map, and notes the one before.
func put[K comparable, V any](t *tx, m map[K]V, key K, to V) {
	before, had := m[key]
	t.undo = append(t.undo, func() {
		if m[key] = before; !had {
			delete(m, key)
		}
	})
	m[key] = to
}

// remove takes an entry out of a map, and notes it.
func remove[K comparable, V any](t *tx, m map[K]V, key K) {
	if before, had := m[key]; had {
		t.undo = append(t.undo, func() { m[key] = before })
		delete(m, key)
	}
}

// millis is a time as the engines for real data keep it.
func millis(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.UTC().Truncate(time.Millisecond)
}
