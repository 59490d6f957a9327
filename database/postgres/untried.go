package postgres

import (
	"context"
	"sync"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
)

const (
	// countEvery is how old the count of what waits may be. Orders that come in meanwhile are few beside the bound.
	countEvery = 250 * time.Millisecond
	// maxCounted bounds what is counted: who has more is behind by any bound.
	maxCounted = 200_000
)

// untried counts the receipts that wait for their first try. Each process counts in the database what all of them left
// there, at most four times a second, and only when it is asked.
type untried struct {
	counting sync.Mutex // held by who counts
	mu       sync.Mutex
	at       time.Time
	last     database.Untried
}

// Untried counts the receipts that wait for their first try. The count may be a quarter of a second old; one caller
// counts anew, the others do not wait for it. While the database is away the last count stands.
func (s *Store) Untried() database.Untried {
	u := &s.untried
	if last, fresh := u.get(); fresh || !u.counting.TryLock() {
		return last
	}
	defer u.counting.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	count, err := s.countUntried(ctx)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.at = time.Now(); err == nil {
		u.last = count
	}
	return u.last
}

func (u *untried) get() (last database.Untried, fresh bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.last, time.Since(u.at) < countEvery
}

func (s *Store) countUntried(ctx context.Context) (all database.Untried, err error) {
	waiting, err := s.steps(ctx, `SELECT subscriber, count(*) FROM
		(SELECT subscriber FROM receipts WHERE state = 'pending' AND attempts = 0 LIMIT $1) r GROUP BY subscriber`, maxCounted)
	for _, w := range waiting {
		if event.Outside(w.Subscriber) {
			all.Outside += w.Count
		} else {
			all.Inside += w.Count
		}
	}
	return all, err
}
