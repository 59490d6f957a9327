package app

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// reachEvery is how often it is asked whether the database can be reached, and reachTimeout for how long at most.
	reachEvery, reachTimeout = time.Second, 2 * time.Second
	// lostAfter is how many questions in a row without an answer mean that it cannot.
	lostAfter = 2
)

// reach knows whether the store can be reached. While it cannot, a process takes no events, which another copy may be
// able to handle.
type reach struct{ lost atomic.Bool }

func (r *reach) able() bool { return !r.lost.Load() }

// watch asks until the context ends.
func (r *reach) watch(ctx context.Context, ping func(context.Context) error) {
	ticker := time.NewTicker(reachEvery)
	defer ticker.Stop()
	for failed := 0; ; {
		asked, cancel := context.WithTimeout(ctx, reachTimeout)
		if err := ping(asked); err != nil && ctx.Err() == nil {
			failed++
		} else {
			failed = 0
		}
		cancel()
		r.lost.Store(failed >= lostAfter)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
