package database

import (
	"sync"
	"time"
)

// Paced keeps the result of a question whose cost grows with the shop, so that asking it over and over takes a fiftieth of
// one processor at most: after an answer that took a second, the next one is fresh in fifty. What costs next to nothing
// is asked anew each time. The zero value is ready; it is safe for concurrent use.
type Paced[T any] struct {
	mu   sync.Mutex
	last T
	free time.Time // when it may be asked again
}

const (
	pace = 50
	// atOnce is what costs next to nothing.
	atOnce = 2 * time.Millisecond
)

// Get returns the kept answer, or asks. An error is not kept.
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
