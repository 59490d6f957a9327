package database

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// attic counts what is archived.
type attic struct {
	Outbox
	mu       sync.Mutex
	finished int // orders that are to be archived
	calls    int
	before   time.Time
	takes    time.Duration
	err      error
}

func (a *attic) Archive(_ context.Context, before time.Time, limit int) (int, error) {
	time.Sleep(a.takes)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	a.before = before
	if a.err != nil {
		return 0, a.err
	}
	n := min(limit, a.finished)
	a.finished -= n
	return n, nil
}

func (a *attic) OldestEvent(context.Context) (time.Time, error) { return time.UnixMilli(4711), nil }

// is looks at the attic, or changes it.
func (a *attic) is(look func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	look()
}

func housekeeper(a *attic, keep time.Duration) *Housekeeper {
	return &Housekeeper{Outbox: a, Keep: keep, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

// TestTheHousekeeperWorksATenthOfTheTime, in small steps, and rests when nothing is left.
func TestTheHousekeeperWorksATenthOfTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &attic{finished: 1020, takes: 100 * time.Millisecond}
		h := housekeeper(a, time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		go h.Run(ctx)
		time.Sleep(10*time.Second - time.Millisecond)
		a.is(func() {
			if a.calls != 10 || h.Archived() != 500 {
				t.Errorf("%d steps of 100 ms in 10 s, %d orders", a.calls, h.Archived())
			}
		})
		time.Sleep(15 * time.Second)
		a.is(func() {
			if age := time.Since(a.before); a.finished != 0 || a.calls != 21 || age < time.Hour || age > time.Hour+20*time.Second {
				t.Errorf("%d are left after %d steps, the last for before %s", a.finished, a.calls, a.before)
			}
		})
		if !h.Oldest().Equal(time.UnixMilli(4711)) {
			t.Errorf("the oldest is of %s", h.Oldest())
		}
		time.Sleep(50 * time.Second)
		a.is(func() { a.finished, a.err = 3, errors.New("away") })
		time.Sleep(time.Minute)
		a.is(func() { a.err = nil })
		time.Sleep(2 * time.Minute)
		if h.Archived() != 1023 {
			t.Errorf("after an error: %d were archived", h.Archived())
		}
		cancel()
		synctest.Wait()
	})
}

func TestTheHousekeeperKeepsForEverAndFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &attic{finished: 1}
		housekeeper(a, 0).Run(t.Context()) // ends at once
		follower := housekeeper(a, time.Hour)
		var leads atomic.Bool
		follower.Lead = func(context.Context) (bool, error) { return leads.Load(), nil }
		ctx, cancel := context.WithCancel(t.Context())
		go follower.Run(ctx)
		time.Sleep(10 * time.Minute)
		a.is(func() {
			if a.calls != 0 {
				t.Errorf("archived %d times", a.calls)
			}
		})
		leads.Store(true)
		time.Sleep(2 * time.Minute)
		if follower.Archived() != 1 {
			t.Error("a new leader does nothing")
		}
		cancel()
		synctest.Wait()
	})
}
