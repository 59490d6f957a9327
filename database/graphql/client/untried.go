package client

import (
	"context"
	"sync"
	"time"

	"acme.example/webshop/database"
)

const (
	// untriedEvery bounds how often the service is asked how far it is behind.
	untriedEvery = 250 * time.Millisecond
	// untriedFor is how long an answer counts.
	untriedFor = 5 * time.Second
	// untriedTimeout bounds one look.
	untriedTimeout = time.Second
)

// untried keeps the last answer to how far the handling of events is behind.
type untried struct {
	mu     sync.Mutex
	last   database.Untried
	at     time.Time // of the last answer
	begun  time.Time // of the last look
	looks  bool      // one is under way
	closed bool
	group  sync.WaitGroup
}

// Untried returns what the service said last, without waiting, and asks it again in the background, at most four times a
// second. What was said more than 5 s ago does not count: then nothing is known to wait. That is right for the first
// order after a quiet time, and while the service is away no order comes through anyway.
func (s *Store) Untried() database.Untried {
	u, now := &s.untried, s.cfg.Now()
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.looks && !u.closed && now.Sub(u.begun) >= untriedEvery {
		u.looks, u.begun = true, now
		u.group.Go(s.look)
	}
	if now.Sub(u.at) > untriedFor {
		return database.Untried{}
	}
	return u.last
}

// look asks the service once.
func (s *Store) look() {
	ctx, cancel := context.WithTimeout(s.life, untriedTimeout)
	defer cancel()
	answer, err := readUntried(ctx, s)
	u := &s.untried
	u.mu.Lock()
	defer u.mu.Unlock()
	u.looks = false
	if err == nil {
		u.last, u.at = answer.Untried, s.cfg.Now()
	}
}

// wait ends the looks.
func (u *untried) wait() {
	u.mu.Lock()
	u.closed = true
	u.mu.Unlock()
	u.group.Wait()
}
