package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// dear returns an order in review that two persons must approve.
func (f *fixture) dear() order.Order {
	f.Helper()
	o := f.created(func(o *order.Order) {
		o.Reviews = []order.Review{{Step: order.Approval, State: order.ReviewOpen, Two: true}}
	})
	return f.move(o.ID, order.Placed)
}

func someOrdersTakeTwoPersons(t *testing.T, f *fixture) {
	o := f.dear()
	first := f.now()
	if holds, err := f.RecordReview(ctx, o.ID, order.Approval, true, "ann", `known "é"`); err != nil || !holds {
		t.Fatalf("the first: holds %t, %v", holds, err)
	}
	f.pass(time.Second)
	for _, by := range []string{"ann", "local", ""} {
		_, err := f.RecordReview(ctx, o.ID, order.Approval, true, by, "again")
		f.wantCode(err, fault.Conflict)
	}
	want := []order.Review{{Step: order.Approval, State: order.ReviewOpen, Two: true, First: "ann", FirstNote: `known "é"`, FirstAt: first}}
	if diff := cmp.Diff(want, f.order(o.ID).Reviews); diff != "" {
		t.Errorf("after the first: %s", diff)
	}
	open, err := f.OpenReviews(ctx, order.Approval, f.now().Add(time.Second), 10)
	f.must(err)
	if len(open) != 1 || !open[0].Two || open[0].Approved(order.Approval) != "ann" {
		t.Errorf("it waits: %+v", open)
	}
	_, err = f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Placed})
	f.wantCode(err, fault.Conflict)
	if holds, err := f.RecordReview(ctx, o.ID, order.Approval, true, "bob", "me too"); err != nil || !holds {
		t.Fatalf("the second: holds %t, %v", holds, err)
	}
	f.event(o.ID, event.TypeReviewDone)
	want[0].State, want[0].By, want[0].Note, want[0].At = order.ReviewPassed, "bob", "me too", f.now()
	if diff := cmp.Diff(want, f.move(o.ID, order.Placed).Reviews); diff != "" {
		t.Errorf("after the second: %s", diff)
	}
	refused := f.dear()
	if holds, err := f.RecordReview(ctx, refused.ID, order.Approval, false, "ann", ""); err != nil || !holds {
		t.Errorf("a refusal: holds %t, %v", holds, err)
	}
	f.event(refused.ID, event.TypeReviewDone)
}

func twoAtOnceAreTwo(t *testing.T, f *fixture) {
	o := f.dear()
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() { // the same person's second one may be refused, or come after both
			if _, err := f.RecordReview(ctx, o.ID, order.Approval, true, fmt.Sprint("person", i%2), ""); err != nil && fault.CodeOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.event(o.ID, event.TypeReviewDone)
	r := f.order(o.ID).Reviews[0]
	if r.State != order.ReviewPassed || r.First == r.By || r.First == "" {
		t.Errorf("%+v", r)
	}
}
