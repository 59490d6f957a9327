package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

func eventsComeWithPendingReceipts(t *testing.T, f *fixture) {
	o := f.created()
	env := f.event(o.ID, event.TypeOrderCreated)
	payload, err := event.Open[event.OrderCreated](env)
	if err != nil || payload.Name != o.Customer.Name || payload.TotalPrice != o.Total.Minor || payload.OrgNumber != o.OrgNumber {
		t.Errorf("payload %+v, %v", payload, err)
	}
	if env.OrderID != o.ID || !env.Time.Equal(f.now()) || env.Source != "/webshop/order" {
		t.Errorf("envelope %+v", env)
	}
	receipts, err := f.ReceiptsOf(ctx, o.ID)
	if err != nil || len(receipts) != len(event.SubscribersOf(event.TypeOrderCreated)) {
		t.Fatalf("%d receipts, %v", len(receipts), err)
	}
	for _, r := range receipts {
		if r.State != "pending" || r.EventID != env.ID {
			t.Errorf("receipt %+v", r)
		}
	}
}

func commitsAreTold(t *testing.T, f *fixture) {
	var mu sync.Mutex
	var told []event.Envelope
	f.OnCommit(func(events []event.Envelope) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, events...)
	})
	o := f.created()
	_, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.DeliveryBooked}) // refused: journals nothing
	f.wantCode(err, fault.Conflict)
	f.move(o.ID, order.Placed)
	mu.Lock()
	defer mu.Unlock()
	if len(told) != 2 || told[0].Type != event.TypeOrderCreated || told[1].Type != event.TypeOrderPlaced {
		t.Errorf("told %v", told)
	}
}

func aReceiptMakesAnEffectHappenOnce(t *testing.T, f *fixture) {
	o := f.created()
	const twice = 20
	var group sync.WaitGroup
	for range twice {
		r := f.receipt(o.ID, event.TypeOrderCreated, "order.OrderCreated")
		group.Go(func() {
			moved, err := f.MoveOrder(event.WithReceipt(ctx, r), order.Move{OrderID: o.ID, To: order.Placed, Event: true})
			if err != nil || moved.Status != order.Placed || !r.Settled() {
				t.Errorf("moved to %s, %v, settled %v", moved.Status, err, r.Settled())
			}
		})
	}
	group.Wait()
	f.event(o.ID, event.TypeOrderPlaced)
	if got := f.state(o.ID, "order.OrderCreated"); got.State != "done" {
		t.Errorf("the receipt is %s", got.State)
	}
	f.move(o.ID, order.Cancelled)
	r := f.receipt(o.ID, event.TypeOrderCreated, "order.OrderCreated")
	late, err := f.MoveOrder(event.WithReceipt(ctx, r), order.Move{OrderID: o.ID, To: order.Stocked})
	if err != nil || late.Status != order.Cancelled {
		t.Errorf("a duplicate moved the order to %s, %v", late.Status, err)
	}
}

func aFailedEffectLeavesItsReceiptOpen(t *testing.T, f *fixture) {
	o := f.created()
	r := f.receipt(o.ID, event.TypeOrderCreated, "order.OrderCreated")
	_, err := f.MoveOrder(event.WithReceipt(ctx, r), order.Move{OrderID: o.ID, To: order.Stocked})
	f.wantCode(err, fault.Conflict)
	if open, err := f.ReceiptOpen(ctx, r); err != nil || !open || r.Settled() {
		t.Errorf("the receipt of a failed effect: open %v, settled %v, %v", open, r.Settled(), err)
	}
}

func receiptsAreRetriedParkedAndReplayed(t *testing.T, f *fixture) {
	o := f.created()
	r := f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated")
	if err := f.Retry(ctx, r, "no route", f.now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n, err := f.Attempts(ctx, r); err != nil || n != 1 {
		t.Errorf("Attempts = %d, %v", n, err)
	}
	if err := f.Park(ctx, r, "no such address"); err != nil {
		t.Fatal(err)
	}
	letters, err := f.ListDeadLetters(ctx, 10)
	if err != nil || len(letters) != 1 || letters[0].LastError != "no such address" || letters[0].Attempts != 2 || letters[0].Envelope.OrderID != o.ID {
		t.Fatalf("dead letters %+v, %v", letters, err)
	}
	if err := f.Replay(ctx, r); err != nil {
		t.Fatal(err)
	}
	f.wantCode(f.Replay(ctx, r), fault.Conflict)
	if due, err := f.TakeDue(ctx, f.now(), time.Second, 10); err != nil || len(due) != 1 || due[0].Subscriber != r.Subscriber {
		t.Errorf("after the replay, due: %v, %v", due, err)
	}
	if err := f.MarkDone(ctx, r); err != nil {
		t.Fatal(err)
	}
	if err := f.Park(ctx, r, "too late"); err != nil || f.state(o.ID, r.Subscriber).State != "done" {
		t.Errorf("a done receipt became %s, %v", f.state(o.ID, r.Subscriber).State, err)
	}
	other := f.receipt(o.ID, event.TypeOrderCreated, "order.OrderCreated")
	if err := f.Park(ctx, other, "x"); err != nil {
		t.Fatal(err)
	}
	if err := f.Discard(ctx, other, "a test"); err != nil || f.state(o.ID, other.Subscriber).State != "discarded" {
		t.Errorf("discarded: %+v, %v", f.state(o.ID, other.Subscriber), err)
	}
	f.wantCode(f.Discard(ctx, other, "again"), fault.Conflict)
}

func dueReceiptsAreTakenOnce(t *testing.T, f *fixture) {
	const orders = 20
	for range orders {
		f.created()
	}
	if due, err := f.TakeDue(ctx, f.now(), time.Minute, 100); err != nil || len(due) != 0 {
		t.Fatalf("%d receipts are due at once, %v", len(due), err)
	}
	f.pass(time.Hour)
	taken := map[string]int{}
	for range 10 {
		due, err := f.TakeDue(ctx, f.now(), time.Minute, 7)
		if err != nil || len(due) > 7 {
			t.Fatalf("%d taken, %v", len(due), err)
		}
		for _, d := range due {
			taken[d.Envelope.ID+d.Subscriber]++
			if d.Send != 1 || d.Envelope.Data == nil {
				t.Errorf("due %+v", d)
			}
		}
	}
	if want := orders * len(event.SubscribersOf(event.TypeOrderCreated)); len(taken) != want {
		t.Errorf("%d receipts were taken, want %d", len(taken), want)
	}
	for key, n := range taken {
		if n != 1 {
			t.Errorf("%s was taken %d times within its lease", key, n)
		}
	}
	f.pass(time.Minute)
	if due, err := f.TakeDue(ctx, f.now(), time.Minute, 1); err != nil || len(due) != 1 || due[0].Send != 2 {
		t.Errorf("after the lease: %v, %v", due, err)
	}
}

// sent advances the clock and takes what is due then.
func (f *fixture) sent(after time.Duration) []database.Due {
	f.Helper()
	f.pass(after)
	due, err := f.TakeDue(ctx, f.now(), time.Minute, 100)
	if err != nil {
		f.Fatal(err)
	}
	return due
}

func aLostBusEndsAllLeases(t *testing.T, f *fixture) {
	o := f.created()
	r := f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated")
	if err := f.Retry(ctx, r, "no route", f.now().Add(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	lost := len(f.sent(time.Hour))
	for _, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		if early, due := f.sent(wait-time.Second), f.sent(time.Second); len(early) != 0 || len(due) != lost {
			t.Errorf("sent again: %d before a lease of %s was over, %d after it", len(early), wait, len(due))
		}
	}
	for range 5 { // a crash loop
		if err := f.ExpireLeases(ctx); err != nil {
			t.Fatal(err)
		}
		if due := f.sent(0); len(due) != lost {
			t.Errorf("%d of %d are sent again at once; what failed must wait", len(due), lost)
		}
	}
	all := lost + 1
	if due := f.sent(24 * time.Hour); len(due) != all {
		t.Errorf("%d of %d are sent again in the end", len(due), all)
	}
	f.sent(time.Minute) // the failed one is sent twice without an outcome
	if err := f.ExpireLeases(ctx); err != nil {
		t.Fatal(err)
	}
	if due := f.sent(0); len(due) != all {
		t.Errorf("%d of %d are sent again at once, of which one failed before and was lost by the bus since", len(due), all)
	}
}

// manyLeasesEndToo, with more than one transaction. Receipts that failed keep their back-off wherever they are among
// them.
func manyLeasesEndToo(t *testing.T, f *fixture) {
	const atOnce, orders = 32, database.ReleaseBatch/2 + 12 // each has two receipts at least
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for range orders / atOnce {
				f.created()
			}
		})
	}
	all.Wait()
	const failed = 10
	for id := range failed {
		f.must(f.Retry(ctx, f.receipt(int64(50*id+1), event.TypeOrderCreated, "email.OrderCreated"), "no route", f.now().Add(time.Hour)))
	}
	f.must(f.ExpireLeases(ctx))
	due, err := f.TakeDue(ctx, f.now(), time.Minute, 10*orders)
	if want := orders*len(event.SubscribersOf(event.TypeOrderCreated)) - failed; err != nil || len(due) != want {
		t.Errorf("%d are due, %v; want %d", len(due), err, want)
	}
}

func aFailedTryIsNoLostSend(t *testing.T, f *fixture) {
	o := f.created()
	r := f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated")
	for _, subscriber := range event.SubscribersOf(event.TypeOrderCreated) {
		if subscriber != r.Subscriber {
			if err := f.MarkDone(ctx, f.receipt(o.ID, event.TypeOrderCreated, subscriber)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 5 {
		if err := f.Retry(ctx, r, "no route", f.now()); err != nil {
			t.Fatal(err)
		}
		if due := f.sent(0); len(due) != 1 {
			t.Fatalf("%d are sent after a failed try", len(due))
		}
	}
	if due := f.sent(time.Minute); len(due) != 1 {
		t.Error("the lease grew with tries that had an outcome")
	}
}

func whatIsLateIsOverdue(t *testing.T, f *fixture) {
	deadlines := database.Deadlines{
		Receipts: map[string]time.Duration{"order.OrderCreated": 30 * time.Second, "email.OrderCreated": 5 * time.Minute},
		Statuses: map[order.Status]time.Duration{order.Created: time.Minute},
	}
	o := f.created()
	if late, err := f.Overdue(ctx, f.now(), deadlines); err != nil || len(late) != 0 {
		t.Fatalf("overdue at once: %v, %v", late, err)
	}
	f.pass(time.Second)
	second := f.created()
	f.pass(2 * time.Minute)
	late, err := f.Overdue(ctx, f.now(), deadlines)
	if err != nil {
		t.Fatal(err)
	}
	waiting := func(event string, o order.Order) database.Waiting {
		return database.Waiting{OrderID: o.ID, EventID: event, Since: o.CreatedAt}
	}
	id := func(o order.Order) string { return f.event(o.ID, event.TypeOrderCreated).ID }
	want := []database.Stuck{
		{Subscriber: "order.OrderCreated", Count: 2, Oldest: []database.Waiting{waiting(id(o), o), waiting(id(second), second)}},
		{Status: order.Created, Count: 2, Oldest: []database.Waiting{waiting("", o), waiting("", second)}},
	}
	if diff := cmp.Diff(want, late); diff != "" {
		t.Error(diff)
	}
	if late, err := f.Overdue(ctx, f.now(), database.Deadlines{}); err != nil || len(late) != 0 {
		t.Errorf("overdue without deadlines: %v, %v", late, err)
	}
}

// whatDidNotFailIsMadeDue: a receipt without a try is due at once, one that failed keeps its next try.
func whatDidNotFailIsMadeDue(t *testing.T, f *fixture) {
	if first, err := f.OldestDue(ctx); err != nil || !first.IsZero() {
		t.Errorf("due in an empty store: %s, %v", first, err)
	}
	o := f.created()
	lost, failed := f.receipt(o.ID, event.TypeOrderCreated, "order.OrderCreated"), f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated")
	if err := f.Retry(ctx, failed, "down", f.now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if first, err := f.OldestDue(ctx); err != nil || !first.Equal(f.now().Add(database.FirstLease)) {
		t.Errorf("first due %s, %v", first, err)
	}
	if err := f.MakeDue(ctx, []*event.Receipt{lost, failed}); err != nil {
		t.Fatal(err)
	}
	due, err := f.TakeDue(ctx, f.now(), time.Minute, 10)
	if err != nil || len(due) != 1 || due[0].Subscriber != lost.Subscriber {
		t.Errorf("due %+v, %v", due, err)
	}
}

func deadLettersOfOneSubscriberAreReplayedTogether(t *testing.T, f *fixture) {
	var orders []int64
	for range 3 {
		o := f.created()
		orders = append(orders, o.ID)
		for _, subscriber := range []string{"order.OrderCreated", "email.OrderCreated"} {
			if err := f.Park(ctx, f.receipt(o.ID, event.TypeOrderCreated, subscriber), "no"); err != nil {
				t.Fatal(err)
			}
		}
		f.pass(time.Second)
	}
	parked, err := f.Parked(ctx)
	if err != nil || len(parked) != 2 || parked[0].Count != 3 || len(parked[1].Oldest) != 3 || parked[1].Oldest[0].OrderID != orders[0] {
		t.Fatalf("parked %+v, %v", parked, err)
	}
	for _, want := range []int{2, 1, 0} {
		if n, err := f.ReplayAll(ctx, "email.OrderCreated", 2); err != nil || n != want {
			t.Errorf("replayed %d, %v; want %d", n, err, want)
		}
	}
	for _, id := range orders {
		if got := f.state(id, "email.OrderCreated"); got.State != "pending" || got.Attempts != 0 {
			t.Errorf("replayed: %+v", got)
		}
		if got := f.state(id, "order.OrderCreated"); got.State != "parked" {
			t.Errorf("of another subscriber: %+v", got)
		}
	}
	if parked, err := f.Parked(ctx); err != nil || len(parked) != 1 || parked[0].Subscriber != "order.OrderCreated" {
		t.Errorf("parked %+v, %v", parked, err)
	}
}
