package postgres

import (
	"context"
	"sync"
	"time"

	"acme.example/webshop/platform/database"
)

const (
	// countEvery is how old the count of what waits may be before it is counted anew. Orders that come in meanwhile are
	// few beside the bound.
	countEvery = 250 * time.Millisecond
)

// countTimeout bounds one counting.
var countTimeout = time.Second

// backlog counts the receipts that wait for their first try. Each process counts in the database what all of them left
// there, at most four times a second, and only when it is asked.
type backlog struct {
	mu     sync.Mutex
	at     time.Time // of the last count, or of the last that failed
	last   database.Backlog
	cancel context.CancelFunc // of the counting that is under way; nil: none is
	closed bool
	all    sync.WaitGroup
}

// Backlog counts the receipts that wait for their first try. It waits for nothing: it returns the last count, and has it
// counted anew when that is a quarter of a second old. While the database is away the last count stands.
func (s *Store) Backlog() database.Backlog {
	u := &s.backlog
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.cancel == nil && !u.closed && time.Since(u.at) >= countEvery {
		ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
		u.cancel = cancel
		u.all.Go(func() { u.count(s.CountBacklog(ctx)) })
	}
	return u.last
}

// count keeps a count, or the one before.
func (u *backlog) count(n database.Backlog, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.cancel()
	if u.at, u.cancel = time.Now(), nil; err == nil {
		u.last = n
	}
}

// close ends the counting, and lets none begin.
func (u *backlog) close() {
	u.mu.Lock()
	if u.closed = true; u.cancel != nil {
		u.cancel()
	}
	u.mu.Unlock()
	u.all.Wait()
}
