package app

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// reachEvery is how often the database is pinged, and reachTimeout bounds one ping.
	reachEvery, reachTimeout = time.Second, 2 * time.Second
	// lostAfter is how many failed pings in a row mean that it cannot be reached.
	lostAfter = 2
)

// reach records whether the store can be reached. While it cannot, a process takes no events, since another copy may be
// able to handle them.
type reach struct{ lost atomic.Bool }

func (r *reach) able() bool { return !r.lost.Load() }

// watch pings until the context ends.
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
