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

	"acme.example/webshop/order"
)

// attic is a store that counts archived and deleted orders.
type attic struct {
	Outbox
	mu       sync.Mutex
	finished int // orders to be archived
	calls    int
	before   time.Time

	tests       int // test orders to be deleted
	testsBefore time.Time

	takes time.Duration
	err   error
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

func (a *attic) DeleteTests(_ context.Context, before time.Time, limit int) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := min(limit, a.tests)
	a.tests, a.testsBefore = a.tests-n, before
	return n, nil
}

func (a *attic) TestsByStatus(context.Context) (map[order.Status]int, error) { return nil, nil }

func (a *attic) OldestEvent(context.Context) (time.Time, error) { return time.UnixMilli(4711), nil }

// is reads or changes the attic.
func (a *attic) is(look func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	look()
}

func housekeeper(a *attic, keep time.Duration) *Housekeeper {
	return &Housekeeper{Outbox: a, Tests: a, Keep: keep, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
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
		time.Sleep(290 * time.Second)
		a.is(func() { a.finished, a.err = 3, errors.New("away") })
		time.Sleep(keepEvery)
		a.is(func() { a.err = nil })
		time.Sleep(2 * keepEvery)
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
		time.Sleep(10 * keepEvery)
		a.is(func() {
			if a.calls != 0 {
				t.Errorf("archived %d times", a.calls)
			}
		})
		leads.Store(true)
		time.Sleep(2 * keepEvery)
		if follower.Archived() != 1 {
			t.Error("a new leader does nothing")
		}
		cancel()
		synctest.Wait()
	})
}

// TestTheHousekeeperDeletesTestOrders, in small steps, by a period of their own, also if nothing is archived.
func TestTheHousekeeperDeletesTestOrders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &attic{tests: 120, finished: 7}
		h := housekeeper(a, 0)
		h.KeepTests = time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		go h.Run(ctx)
		time.Sleep(time.Minute)
		a.is(func() {
			if age := time.Since(a.testsBefore); a.tests != 0 || h.Deleted() != 120 || h.Archived() != 0 || age < time.Hour || age > time.Hour+time.Minute {
				t.Errorf("%d test orders are left, %d deleted, %d archived; the last before %s", a.tests, h.Deleted(), h.Archived(), a.testsBefore)
			}
			a.tests = 1
		})
		time.Sleep(keepEvery)
		if h.Deleted() != 121 {
			t.Errorf("%d were deleted later", h.Deleted())
		}
		cancel()
		synctest.Wait()
	})
}
