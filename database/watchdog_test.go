package database

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
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

func TestTheWatchdogHurriesAndRemindsOnceForEachMissedDeadline(t *testing.T) {
	box := &outbox{}
	var reminded []int64
	dog := &Watchdog{Outbox: box, Now: time.Now, Log: silent, Remind: map[order.Status]func(context.Context, int64) error{
		order.Placed: func(_ context.Context, id int64) error { reminded = append(reminded, id); return errors.New("busy") },
	}}
	watched(t, dog, func() {
		late := []Stuck{
			{Subscriber: "email.OrderCreated", Count: 1, Oldest: []Waiting{{OrderID: 1, EventID: "e1"}}},
			{Status: order.Placed, Count: 1, Oldest: []Waiting{{OrderID: 2}}},
			{Status: order.Stocked, Count: 1, Oldest: []Waiting{{OrderID: 3}}}, // no one can be reminded of it
		}
		box.set(nil, late...)
		looks(10)
		if !slices.Equal(box.hurried, []string{"e1>email.OrderCreated"}) || !slices.Equal(reminded, []int64{2}) {
			t.Errorf("hurried %v, reminded %v, want each once", box.hurried, reminded)
		}
		box.set(nil)
		looks(2)
		box.set(nil, late...) // missed again, after it went
		looks(2)
		if len(box.hurried) != 2 || len(reminded) != 2 {
			t.Errorf("hurried %v, reminded %v, want each once more", box.hurried, reminded)
		}
		time.Sleep(pruneEvery)
		synctest.Wait()
		if box.pruned == 0 {
			t.Error("expired claims are never pruned")
		}
	})
}

func TestTheWatchdogTellsWhatItSawAndWhenItCouldNot(t *testing.T) {
	box := &outbox{}
	dog := &Watchdog{Outbox: box, Now: time.Now, Log: silent}
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
		dog.last.Store(&sight{at: time.Now()})
		time.Sleep(2 * staleAfter)
		if _, err := dog.Overdue(t.Context()); err == nil {
			t.Error("an old look counts as one")
		}
	})
}

// TestASlowReminderDoesNotHoldUpTheLooks: who is reminded may take long, and there may be many orders.
func TestASlowReminderDoesNotHoldUpTheLooks(t *testing.T) {
	box := &outbox{}
	var begun atomic.Int32
	dog := &Watchdog{Outbox: box, Now: time.Now, Log: silent, Remind: map[order.Status]func(context.Context, int64) error{
		order.Placed: func(ctx context.Context, _ int64) error { begun.Add(1); <-ctx.Done(); return ctx.Err() },
	}}
	watched(t, dog, func() {
		late := Stuck{Status: order.Placed, Count: MaxWaiting}
		for id := range int64(MaxWaiting) {
			late.Oldest = append(late.Oldest, Waiting{OrderID: id + 1})
		}
		box.set(nil, late)
		looks(40)
		if n := begun.Load(); n != 3 { // 15 s each
			t.Errorf("%d reminders were begun", n)
		}
		if _, err := dog.Overdue(t.Context()); err != nil {
			t.Errorf("the looks stand still: %v", err)
		}
		time.Sleep(MaxWaiting * reminderTimeout)
		looks(1)
		if n := begun.Load(); n != MaxWaiting {
			t.Errorf("%d of %d orders were reminded of", n, MaxWaiting)
		}
	})
}
