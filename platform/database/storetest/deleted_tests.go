package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

func test(o *order.Order) { o.TestID = 7 }

// deleted deletes test orders that have not changed for an hour, and checks how many.
func (f *fixture) deleted(want int) {
	f.Helper()
	if n, err := f.DeleteTests(ctx, f.now().Add(-time.Hour), 1000); err != nil || n != want {
		f.Fatalf("%d test orders were deleted, want %d: %v", n, want, err)
	}
}

// gone fails the test if anything is left of an order.
func (f *fixture) gone(id int64) {
	f.Helper()
	_, err := f.Order(ctx, id)
	history, err1 := f.History(ctx, id)
	receipts, err2 := f.ReceiptsOf(ctx, id)
	entries, err3 := f.EntriesOf(ctx, id)
	if f.must(errors.Join(err2, err3)); fault.CodeOf(err) != fault.NotFound || len(history)+len(receipts)+len(entries) != 0 {
		f.Errorf("order %d: %v, %d events (%v), %d receipts, %d entries", id, err, len(history), err1, len(receipts), len(entries))
	}
}

// oldTestOrdersAreDeleted completely, in bounded steps, and nothing of another order is.
func oldTestOrdersAreDeleted(t *testing.T, f *fixture) {
	realOne := f.sold()
	var tests []int64
	for range 3 {
		o := f.created(test, func(o *order.Order) { o.PaymentReference = "ch_1" })
		f.move(o.ID, order.Placed)
		f.heard(o.ID)
		tests = append(tests, o.ID)
		f.pass(time.Second)
	}
	parked := f.created(test)
	for _, r := range f.known(parked.ID).Receipts {
		f.must(f.Park(ctx, &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber}, "no"))
	}
	key := order.IdempotencyKey{Key: "key:test", Fingerprint: "a", ValidFor: 30 * 24 * time.Hour}
	draft := f.draft()
	draft.TestID, draft.Status = 7, order.PaymentPending
	claimed, _, err := f.CreateOrder(ctx, draft, key)
	f.must(err)
	_, err = f.MoveOrder(ctx, order.Move{OrderID: claimed.ID, To: order.PaymentDeclined})
	f.must(err)
	f.created()
	before := f.known(realOne.ID)
	f.deleted(0) // they are too young
	f.pass(2 * time.Hour)
	if n, err := f.DeleteTests(ctx, f.now().Add(-time.Hour), 2); err != nil || n != 2 {
		t.Fatalf("%d were deleted, want 2: %v", n, err)
	}
	f.gone(tests[0])
	f.gone(tests[1])
	f.deleted(3)
	f.deleted(0)
	for _, id := range append(tests, parked.ID, claimed.ID) {
		f.gone(id)
	}
	if diff := cmp.Diff(before, f.known(realOne.ID)); diff != "" {
		t.Error(diff)
	}
	if letters, err := f.ListDeadLetters(ctx, 10); err != nil || len(letters) != 0 {
		t.Errorf("dead letters of deleted orders: %v, %v", letters, err)
	}
	if none, err := f.TestOrders(ctx, 7); err != nil || len(none) != 0 {
		t.Errorf("the test has %d orders, %v", len(none), err)
	}
	again, fresh, err := f.CreateOrder(ctx, draft, key)
	if err != nil || !fresh || again.ID <= claimed.ID {
		t.Errorf("the key of a deleted order makes %d, fresh %t: %v", again.ID, fresh, err)
	}
}

// whatIsLeftOfTestsStays: a doubtful payment, a pending receipt, and the newest order of all, whose number must not be
// given again. Archived test orders are deleted too.
func whatIsLeftOfTestsStays(t *testing.T, f *fixture) {
	archived := f.booked(test)
	f.heard(archived.ID)
	paying := f.created(test, func(o *order.Order) { o.Status = order.PaymentPending })
	waiting := f.created(test)
	f.pass(year)
	f.archived(1)
	f.deleted(1)
	f.gone(archived.ID)
	f.order(paying.ID)
	f.heard(waiting.ID)
	f.deleted(0) // handled just now
	newest := f.created(test)
	f.heard(newest.ID)
	f.pass(2 * time.Hour)
	f.deleted(1)
	f.gone(waiting.ID)
	if next := f.created(); next.ID <= newest.ID {
		t.Errorf("order %d has a number that was used", next.ID)
	}
	f.deleted(1)
	f.gone(newest.ID)
}

// testOrdersAreCounted by themselves.
func testOrdersAreCounted(t *testing.T, f *fixture) {
	f.created()
	f.created(test)
	f.created(test)
	f.stocked(test)
	got, err := f.TestsByStatus(ctx)
	if diff := cmp.Diff(map[order.Status]int{order.Created: 2, order.Stocked: 1}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
