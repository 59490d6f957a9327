package postgres

import (
	"context"
	"sync"
	"time"

	"acme.example/webshop/platform/database"
)

const (
	// countEvery is the age at which the count is renewed. Few orders come in meanwhile, compared with the bound.
	countEvery = 250 * time.Millisecond
)

// countTimeout bounds one count.
var countTimeout = time.Second

// backlog counts the receipts of all processes that wait for their first try. Each process counts in the database, at
// most four times a second, and only on demand.
type backlog struct {
	mu     sync.Mutex
	at     time.Time // of the last count, whether it failed or not
	last   database.Backlog
	cancel context.CancelFunc // cancels the running count; nil: none runs
	closed bool
	all    sync.WaitGroup
}

// Backlog returns the last count without waiting, and starts a new one if that is a quarter of a second old. While the
// database cannot be reached, the last count stays.
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

// count stores a new count; after an error the last one stays.
func (u *backlog) count(n database.Backlog, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.cancel()
	if u.at, u.cancel = time.Now(), nil; err == nil {
		u.last = n
	}
}

// close ends a running count, and prevents new ones.
func (u *backlog) close() {
	u.mu.Lock()
	if u.closed = true; u.cancel != nil {
		u.cancel()
	}
	u.mu.Unlock()
	u.all.Wait()
}
