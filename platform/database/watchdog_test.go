package database

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/order"
)

// watched runs a watchdog for a test.
func watched(t *testing.T, dog *Watchdog, test func()) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { dog.Run(ctx); close(ended) }()
		test()
		stop()
		<-ended
	})
}

func looks(n int) {
	time.Sleep(time.Duration(n) * watchEvery)
	synctest.Wait()
}

func TestTheWatchdogHurriesOnceForEachMissedDeadline(t *testing.T) {
	box := &outbox{}
	dog := &Watchdog{Outbox: box, Deadlines: func() Deadlines { return Deadlines{} }, Now: time.Now, Log: silent}
	watched(t, dog, func() {
		late := []Stuck{
			{Subscriber: "email.OrderCreated", Count: 1, Oldest: []Waiting{{OrderID: 1, EventID: "e1"}}},
			{Status: order.Placed, Count: 1, Oldest: []Waiting{{OrderID: 2}}},
		}
		box.set(nil, late...)
		looks(10)
		if !slices.Equal(box.madeDue, []string{"e1>email.OrderCreated"}) {
			t.Errorf("made due %v, want it once", box.madeDue)
		}
		box.set(nil)
		looks(2)
		box.set(nil, late...) // late again, after it was handled
		looks(2)
		if len(box.madeDue) != 2 {
			t.Errorf("made due %v, want it once more", box.madeDue)
		}
		time.Sleep(pruneEvery)
		synctest.Wait()
		if box.pruned == 0 {
			t.Error("expired keys are never pruned")
		}
	})
}

// TestAClockThatGoesBackHoldsUpNoPruning: it was ahead by hours when an earlier Run ended.
func TestAClockThatGoesBackHoldsUpNoPruning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		dog := &Watchdog{Outbox: box, Deadlines: func() Deadlines { return Deadlines{} }, Now: time.Now, Log: silent, pruneAt: time.Now().Add(2 * time.Hour)}
		ctx, stop := context.WithTimeout(t.Context(), 2*pruneEvery)
		defer stop()
		if dog.Run(ctx); box.pruned == 0 {
			t.Error("nothing is pruned")
		}
	})
}

// TestAllThatExpiredIsForgotten: a busy shop makes more keys in a minute than one transaction prunes.
func TestAllThatExpiredIsForgotten(t *testing.T) {
	box := &outbox{old: 540_000}
	dog := &Watchdog{Outbox: box, Deadlines: func() Deadlines { return Deadlines{} }, Now: time.Now, Log: silent}
	watched(t, dog, func() {
		time.Sleep(2 * pruneEvery)
		synctest.Wait()
		if box.old != 0 {
			t.Errorf("%d keys are left", box.old)
		}
		if most := 540_000/PruneBatch + 3; box.pruned > most {
			t.Errorf("it pruned %d times, want %d at most", box.pruned, most)
		}
	})
}

func TestTheWatchdogTellsWhatItSawAndWhenItCouldNot(t *testing.T) {
	box := &outbox{}
	dog := &Watchdog{Outbox: box, Deadlines: func() Deadlines { return Deadlines{} }, Now: time.Now, Log: silent}
	watched(t, dog, func() {
		box.set(nil, Stuck{Subscriber: "s", Count: 7})
		looks(2)
		if seen, err := dog.Overdue(t.Context()); err != nil || len(seen) != 1 || seen[0].Count != 7 {
			t.Errorf("seen %+v, %v", seen, err)
		}
		box.set(errors.New("locked"))
		looks(2)
		if _, err := dog.Overdue(t.Context()); err == nil {
			t.Error("a look that failed counts as one")
		}
		box.set(nil)
		looks(2)
		if seen, err := dog.Overdue(t.Context()); err != nil || len(seen) != 0 {
			t.Errorf("seen %+v, %v", seen, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		dog.last.Store(&checkResult{at: time.Now()})
		time.Sleep(2 * staleAfter)
		if _, err := dog.Overdue(t.Context()); err == nil {
			t.Error("an old look counts as one")
		}
	})
}
