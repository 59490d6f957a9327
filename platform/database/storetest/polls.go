package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/stock"
)

func ordersWithoutAnAnswerAreTaken(t *testing.T, f *fixture) {
	var placed []int64
	for range 3 {
		f.pass(time.Second)
		o := f.created(func(o *order.Order) { o.TestID = 7 })
		f.move(o.ID, order.Placed)
		placed = append(placed, o.ID)
	}
	f.created()
	f.stocked()
	take := func(limit int) (ids []int64) {
		late, err := f.TakeUnanswered(ctx, f.now(), time.Hour, limit)
		f.must(err)
		for _, o := range late {
			ids = append(ids, o.ID)
			if want := (stock.Order{ID: o.ID, Ref: f.order(o.ID).Ref(), Products: event.ParseItems("BB001,BB001,LB002"), Placed: true, TestID: 7}); !reflect.DeepEqual(o, want) {
				t.Errorf("took %+v", o)
			}
		}
		return ids
	}
	if one, rest := take(1), take(10); !slices.Equal(one, placed[:1]) || !slices.Equal(rest, placed[1:2]) {
		t.Errorf("took %v, and then %v, of %v; the last is not older than now", one, rest, placed)
	}
	f.pass(time.Millisecond)
	if got := take(10); !slices.Equal(got, placed[2:]) {
		t.Errorf("took %v of %v", got, placed)
	}
}

// unpaid returns an order that waits for its payment.
func (f *fixture) unpaid(provider string) order.Order {
	f.Helper()
	return f.created(func(o *order.Order) { o.Status, o.PaymentProvider = order.PaymentPending, provider })
}

// unsettled takes orders whose payment has no outcome.
func (f *fixture) unsettled(share int) (ids []int64) {
	f.Helper()
	late, err := f.TakeUnsettled(ctx, f.now(), share)
	f.must(err)
	for _, o := range late {
		ids = append(ids, o.ID)
	}
	slices.Sort(ids)
	return ids
}

// anOrderIsTakenOnce by one of many, and again after a wait, which doubles up to a minute.
func anOrderIsTakenOnce(t *testing.T, f *fixture) {
	o := f.unpaid("a")
	f.pass(time.Millisecond)
	for _, wait := range []time.Duration{5, 10, 20, 40, 60, 60} {
		taken := make(chan int64, 8)
		var all sync.WaitGroup
		for range cap(taken) {
			all.Go(func() {
				for _, id := range f.unsettled(10) {
					taken <- id
				}
			})
		}
		all.Wait()
		if len(taken) != 1 || <-taken != o.ID {
			t.Fatalf("before the wait of %d s it was taken %d times too many or few", wait, len(taken))
		}
		f.pass(wait*time.Second - time.Millisecond)
		if early := f.unsettled(10); len(early) != 0 {
			t.Errorf("taken before %d s were over", wait)
		}
		f.pass(time.Millisecond)
	}
	f.pass(-3 * time.Hour) // the clock is set back: the wait is over
	f.must(f.PutOff(ctx, order.Poller, o.ID, f.now().Add(3*time.Hour), ""))
	if got, err := f.TakeUnsettled(ctx, f.now().Add(4*time.Hour), 10); err != nil || len(got) != 1 {
		t.Errorf("after the clock was set back: %v, %v", got, err)
	}
}

// noOneWaitsForWhoWaitedLonger: with more orders than a share, the oldest ones do not keep the others from being polled.
func noOneWaitsForWhoWaitedLonger(t *testing.T, f *fixture) {
	const n, share = 12, 5
	var want, got []int64
	for range n {
		want = append(want, f.unpaid("a").ID)
		f.pass(time.Second)
	}
	for range (n + share - 1) / share {
		got = append(got, f.unsettled(share)...)
		f.pass(5 * time.Second) // the first are due again, and the others come nevertheless
	}
	if slices.Sort(got); !slices.Equal(slices.Compact(got), want) {
		t.Errorf("took %v, want each of %v", got, want)
	}
}

func eachProviderHasItsShare(t *testing.T, f *fixture) {
	var away []int64
	for range 5 {
		away = append(away, f.unpaid("away").ID)
	}
	there := f.unpaid("there").ID
	f.pass(time.Millisecond)
	if got := f.unsettled(2); len(got) != 3 || !slices.Contains(got, there) {
		t.Errorf("took %v; want two of %v, and %d", got, away, there)
	}
}

func whoIsPutOffComesLater(t *testing.T, f *fixture) {
	first, second := f.unpaid("a"), f.unpaid("a")
	f.pass(time.Second)
	f.must(f.PutOff(ctx, order.Poller, first.ID, f.now().Add(10*time.Minute), "another charge"))
	if got := f.unsettled(10); !slices.Equal(got, []int64{second.ID}) {
		t.Errorf("took %v", got)
	}
	for _, want := range []int{1, 0} {
		held, err := f.HeldPayments(ctx, 10)
		if err != nil || len(held) != want || want == 1 && (held[0].OrderID != first.ID || !held[0].Since.Equal(first.StatusAt)) {
			t.Errorf("held: %+v, %v; want %d", held, err, want)
		}
		oldest := second // the held one is older, and takes no place
		if want == 0 {
			oldest = first
		}
		open, err := f.DoubtfulPayments(ctx, f.now(), 1)
		if err != nil || len(open) != 1 || open[0].OrderID != oldest.ID || !open[0].Since.Equal(oldest.StatusAt) {
			t.Errorf("in doubt: %+v, %v", open, err)
		}
		if early, err := f.DoubtfulPayments(ctx, second.StatusAt, 10); err != nil || len(early) != 0 {
			t.Errorf("in doubt too early: %+v, %v", early, err)
		}
		f.pass(10 * time.Minute)
		if got := f.unsettled(10); want == 1 && !slices.Equal(got, []int64{first.ID, second.ID}) {
			t.Errorf("later took %v", got)
		}
		if held, err := f.HeldPayments(ctx, 10); err != nil || len(held) != 0 {
			t.Errorf("asked about again, it is still held: %+v, %v", held, err)
		}
	}
}

// whatWasDeclinedIsAskedAbout for a day, at growing intervals, if its customer was told that it is in doubt.
func whatWasDeclinedIsAskedAbout(t *testing.T, f *fixture) {
	f.pass(time.Hour)
	sure, doubtful, other := f.unpaid("a"), f.unpaid("a"), f.unpaid("b")
	f.pass(time.Second)
	for _, id := range f.unsettled(10) {
		reason := map[int64]string{sure.ID: "", doubtful.ID: order.NotConfirmed, other.ID: order.ByCustomer}[id]
		_, err := f.MoveOrder(ctx, order.Move{OrderID: id, To: order.PaymentDeclined, Reason: reason, Event: true})
		f.must(err)
	}
	declined := f.now()
	take := func(share int) (ids []int64) {
		f.pass(time.Millisecond)
		late, err := f.TakeDeclined(ctx, declined.Add(-time.Millisecond), share)
		f.must(err)
		for _, o := range late {
			ids = append(ids, o.ID)
		}
		slices.Sort(ids)
		return ids
	}
	if got := take(1); !slices.Equal(got, []int64{doubtful.ID, other.ID}) {
		t.Errorf("took %v, want one of each provider: %d and %d", got, doubtful.ID, other.ID)
	}
	for _, wait := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		_, err := f.Prune(ctx, f.now())
		f.must(err)
		if got := take(10); len(got) != 0 {
			t.Errorf("took %v before %d minutes were over", got, wait)
		}
		f.pass(wait * time.Minute)
		if got := take(10); !slices.Equal(got, []int64{doubtful.ID, other.ID}) {
			t.Errorf("after %d minutes took %v", wait, got)
		}
	}
	f.pass(time.Hour)
	if late, err := f.TakeDeclined(ctx, declined, 10); err != nil || len(late) != 0 {
		t.Errorf("took %v, which were declined too long ago, %v", late, err)
	}
	f.pass(24 * time.Hour)
	if n, err := f.Prune(ctx, f.now()); err != nil || n < 2 {
		t.Errorf("a day later %d were pruned, %v", n, err)
	}
}

func aStepTakesItsOwnReviews(t *testing.T, f *fixture) {
	both, one := f.reviewed("approval", "fraud"), f.reviewed("approval")
	f.pass(time.Minute)
	for step, want := range map[string][]int64{"approval": {both.ID, one.ID}, "fraud": {both.ID}, "another": nil} {
		var got []int64
		open, err := f.TakeReviews(ctx, step, f.now(), time.Hour, 10)
		f.must(err)
		for _, r := range open {
			got = append(got, r.Order())
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s took %v, want %v", step, got, want)
		}
	}
}

// whatWasNotChargedIsForgotten, with its key and its uses of codes.
func whatWasNotChargedIsForgotten(t *testing.T, f *fixture) {
	unpaid := f.draft()
	unpaid.Status = order.PaymentPending
	key := order.IdempotencyKey{Key: "key:1", Fingerprint: "a", ValidFor: time.Hour, Uses: []order.Use{{Code: "ONCE", Customer: "ann", Limit: 1}}}
	first, _, err := f.CreateOrder(ctx, unpaid, key)
	f.must(err)
	f.must(f.DropOrder(ctx, first.ID, key))
	_, err = f.Order(ctx, first.ID)
	f.wantCode(err, fault.NotFound)
	f.wantCode(f.DropOrder(ctx, first.ID, key), fault.NotFound)
	if counts, err := f.Counts(ctx); err != nil || counts.Orders[order.PaymentPending] != 0 {
		t.Errorf("Counts = %+v, %v", counts, err)
	}
	key.Fingerprint = "b" // whatever it was used for
	again, fresh, err := f.CreateOrder(ctx, unpaid, key)
	if err != nil || !fresh || again.ID == first.ID {
		t.Errorf("the same key again: order %d, fresh %t, %v", again.ID, fresh, err)
	}
	f.must(f.DropOrder(ctx, again.ID, order.IdempotencyKey{}))
}

// whatMayBeChargedIsKept: an order that is paid, and one that is being polled.
func whatMayBeChargedIsKept(t *testing.T, f *fixture) {
	f.wantCode(f.DropOrder(ctx, f.created().ID, order.IdempotencyKey{}), fault.Conflict)
	for i := range 20 {
		o := f.unpaid("a")
		f.pass(time.Millisecond)
		var taken []int64
		var dropped error
		var all sync.WaitGroup
		all.Go(func() { taken = f.unsettled(10) })
		all.Go(func() { dropped = f.DropOrder(ctx, o.ID, order.IdempotencyKey{}) })
		all.Wait()
		if _, err := f.Order(ctx, o.ID); slices.Contains(taken, o.ID) != (dropped != nil) || (dropped != nil) != (err == nil) {
			t.Errorf("race %d: taken %v, dropped: %v, there: %v", i, taken, dropped, err)
		}
	}
}

func whatMovedOnIsPruned(t *testing.T, f *fixture) {
	waits, gone := f.unpaid("a"), f.unpaid("a")
	for i := range 3 {
		_, _, err := f.CreateOrder(ctx, f.draft(), order.IdempotencyKey{Key: fmt.Sprint("key:", i), ValidFor: time.Second})
		f.must(err)
	}
	f.pass(time.Minute)
	f.must(f.PutOff(ctx, order.Poller, waits.ID, f.now().Add(time.Minute), ""))
	f.must(f.PutOff(ctx, order.Poller, gone.ID, f.now().Add(time.Minute), ""))
	f.move(gone.ID, order.PaymentDeclined)
	for _, want := range []int{3, 0} {
		if n, err := f.Prune(ctx, f.now()); err != nil || n != want {
			t.Errorf("pruned %d, %v; want %d", n, err, want)
		}
	}
	if got := f.unsettled(10); len(got) != 0 {
		t.Errorf("took %v, which is put off", got)
	}
}
