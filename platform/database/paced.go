package database

import (
	"sync"
	"time"
)

// Paced caches the result of a query whose cost grows with the shop, so that polling it takes at most a fiftieth of one
// processor: a result that took a second is kept for fifty. A cheap query runs each time. The zero value is ready; it is
// safe for concurrent use.
type Paced[T any] struct {
	mu   sync.Mutex
	last T
	free time.Time // when the query may run again
}

const (
	pace = 50
	// atOnce is the longest duration of a cheap query.
	atOnce = 2 * time.Millisecond
)

// Get returns the cached result or runs the query. An error is not cached.
func (p *Paced[T]) Get(ask func() (T, error)) (T, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	begun := time.Now()
	if begun.Before(p.free) {
		return p.last, nil
	}
	answer, err := ask()
	if err != nil {
		return answer, err
	}
	if took := time.Since(begun); took > atOnce {
		p.free = begun.Add(pace * took)
	}
	p.last = answer
	return answer, nil
}
