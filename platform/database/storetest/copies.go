package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

// theFirstTimeAgainIsTold: if no one has tried an event and it was not published again yet, the bus may have it, and it
// is the same message. After a replay, after a try, and the second time, it is another one.
func theFirstTimeAgainIsTold(t *testing.T, f *fixture) {
	o := f.created()
	tried := f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated")
	if err := f.Retry(ctx, tried, "no route", f.now()); err != nil {
		t.Fatal(err)
	}
	for _, first := range []bool{true, false} {
		for _, d := range f.sent(time.Hour) {
			if want := first && d.Subscriber != tried.Subscriber; d.First() != want {
				t.Errorf("%s: First is %t for %+v", d.Subscriber, d.First(), d)
			}
		}
	}
	parked := f.created()
	for i, replay := range []func(r *event.Receipt) error{
		func(r *event.Receipt) error { return f.Replay(ctx, r) },
		func(r *event.Receipt) error { _, err := f.ReplayAll(ctx, r.Subscriber, 10); return err },
	} {
		r := f.receipt(parked.ID, event.TypeOrderCreated, event.SubscribersOf(event.TypeOrderCreated)[i])
		if err := f.Park(ctx, r, "no"); err != nil {
			t.Fatal(err)
		}
		if err := replay(r); err != nil {
			t.Fatal(err)
		}
		due, err := f.TakeDue(ctx, f.now(), time.Minute, 100)
		if err != nil || len(due) != 1 || due[0].First() {
			t.Errorf("after a replay: %+v, %v", due, err)
		}
	}
}

// whatWaitsItsTurnIsNotSentSoon: with a backlog, events that only wait are not published again.
func whatWaitsItsTurnIsNotSentSoon(t *testing.T, f *fixture) {
	for range 2000 / len(event.SubscribersOf(event.TypeOrderCreated)) {
		f.created()
	}
	f.pass(time.Hour)
	for end := time.Now().Add(10 * time.Second); f.Backlog().Inside+f.Backlog().Outside < 1500; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) { // a count may be a moment old, but no more
			t.Fatalf("backlog: %+v", f.Backlog())
		}
	}
	for len(f.sent(0)) > 0 { // due receipts are postponed
	}
	o := f.created()
	soon := f.sent(database.FirstLease)
	if late := f.sent(database.Lease - database.FirstLease); len(soon) != 0 || len(late) == 0 || late[0].Envelope.OrderID != o.ID || !late[0].First() {
		t.Errorf("sent soon: %d; in the end: %d", len(soon), len(late))
	}
}

func oneOfManyCopiesLeads(t *testing.T, f *fixture) {
	const term = 10 * time.Second
	leads := func(role, holder string, term time.Duration) bool {
		leads, err := f.Lead(ctx, role, holder, f.now(), term)
		if err != nil {
			t.Error(err)
		}
		return leads
	}
	var leaders atomic.Int32
	var first atomic.Value
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			if holder := fmt.Sprint("copy ", i); leads("alerts", holder, term) {
				leaders.Add(1)
				first.Store(holder)
			}
		})
	}
	group.Wait()
	if leaders.Load() != 1 {
		t.Fatalf("%d copies lead", leaders.Load())
	}
	leader := first.Load().(string)
	if !leads("housekeeping", "another", term) {
		t.Error("one role stands in the way of another")
	}
	f.pass(term - time.Millisecond)
	if leads("alerts", "another", term) || !leads("alerts", leader, term) {
		t.Error("the leader loses its role, or does not keep it for another term")
	}
	f.pass(term - time.Millisecond)
	if leads("alerts", "another", term) {
		t.Error("taken over before the new term was over")
	}
	f.pass(time.Millisecond)
	if !leads("alerts", "another", term) || leads("alerts", leader, term) {
		t.Error("not taken over when the term was over")
	}
	if leads("alerts", "another", 0); !leads("alerts", leader, term) {
		t.Error("a role that was given up is not free")
	}
}

// workGoesOnWhereItWas: each job finds what it saved last.
func workGoesOnWhereItWas(t *testing.T, f *fixture) {
	for _, kept := range []string{"", `{"at":1}`, `{"at":2}`} {
		if kept != "" {
			f.must(f.SaveProgress(ctx, "a", kept))
		}
		if got, err := f.ProgressOf(ctx, "a"); err != nil || got != kept {
			t.Errorf("%q, %v; want %q", got, err, kept)
		}
	}
	if got, err := f.ProgressOf(ctx, "b"); err != nil || got != "" {
		t.Errorf("another job: %q, %v", got, err)
	}
}
