package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// reviewed returns an order in review that must pass steps.
func (f *fixture) reviewed(steps ...string) order.Order {
	f.Helper()
	o := f.created(func(o *order.Order) {
		for _, step := range steps {
			o.Reviews = append(o.Reviews, order.Review{Step: step, State: order.ReviewOpen})
		}
	})
	if o = f.move(o.ID, order.Placed); o.Status != order.InReview {
		f.Fatalf("it is %s", o.Status)
	}
	return o
}

// waiting returns the numbers of the orders that wait for a step.
func (f *fixture) waiting(step string, before time.Time, limit int) (ids []int64) {
	f.Helper()
	open, err := f.OpenReviews(ctx, step, before, limit)
	f.must(err)
	for _, r := range open {
		ids = append(ids, r.Order())
	}
	return ids
}

func aReviewIsDecidedStepByStep(t *testing.T, f *fixture) {
	o := f.reviewed("approval", "fraud")
	f.event(o.ID, event.TypeReviewRequested)
	r := f.receipt(o.ID, event.TypeReviewRequested, "fraud.ReviewRequested")
	for range 2 { // the second is a duplicate
		holds, err := f.RecordReview(event.WithReceipt(ctx, r), o.ID, "fraud", true, "screening", "")
		if err != nil || !holds || !r.Settled() {
			t.Fatalf("holds %t, %v", holds, err)
		}
	}
	if left := f.waiting("fraud", f.now().Add(time.Second), 10); len(left) != 0 {
		t.Errorf("%v wait for the step that is decided", left)
	}
	_, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Placed})
	f.wantCode(err, fault.Conflict)
	f.pass(time.Second)
	for says, want := range map[string]bool{"Ann": true, "Bob": true} { // the same decision again changes nothing
		if holds, err := f.RecordReview(ctx, o.ID, "approval", true, says, `known "é"`); err != nil || holds != want {
			t.Errorf("%s: holds %t, %v", says, holds, err)
		}
	}
	if holds, err := f.RecordReview(ctx, o.ID, "approval", false, "Eve", ""); err != nil || holds {
		t.Errorf("the contrary: holds %t, %v", holds, err)
	}
	f.event(o.ID, event.TypeReviewDone)
	o = f.order(o.ID)
	if o.Reviews[1].By != "screening" || o.Reviews[0].Note != `known "é"` || !o.Reviews[0].At.Equal(f.now()) {
		t.Errorf("kept: %+v", o.Reviews)
	}
	if moved := f.move(o.ID, order.Placed); moved.Status != order.Placed || !cmp.Equal(moved.Reviews, o.Reviews) {
		t.Errorf("placed: %+v", moved)
	}
}

func aRefusalEndsAReview(t *testing.T, f *fixture) {
	early := f.created(func(o *order.Order) { o.Reviews = []order.Review{{Step: "fraud", State: order.ReviewOpen}} })
	_, err := f.RecordReview(ctx, early.ID, "fraud", true, "screening", "")
	f.wantCode(err, fault.Conflict)
	_, err = f.RecordReview(ctx, 2147483647, "fraud", true, "screening", "")
	f.wantCode(err, fault.NotFound)
	o := f.reviewed("approval", "fraud")
	if holds, err := f.RecordReview(ctx, o.ID, "fraud", false, "screening", ""); err != nil || !holds {
		t.Errorf("holds %t, %v", holds, err)
	}
	if holds, err := f.RecordReview(ctx, o.ID, "approval", true, "Ann", ""); err != nil || holds {
		t.Errorf("after a refusal: holds %t, %v", holds, err)
	}
	if left := f.waiting("approval", f.now().Add(time.Second), 10); len(left) != 0 {
		t.Errorf("%v wait for a review that is over", left)
	}
	f.event(o.ID, event.TypeReviewDone)
	off := f.reviewed("fraud")
	f.move(off.ID, order.Cancelled)
	if holds, err := f.RecordReview(ctx, off.ID, "fraud", true, "screening", ""); err != nil || holds {
		t.Errorf("after it was cancelled: holds %t, %v", holds, err)
	}
}

func whoDecidesFirstDecides(t *testing.T, f *fixture) {
	o := f.reviewed("approval")
	var hold atomic.Int32
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			holds, err := f.RecordReview(ctx, o.ID, "approval", i%2 == 0, "someone", "")
			if err != nil {
				t.Error(err)
			}
			if holds {
				hold.Add(1)
			}
		})
	}
	all.Wait()
	if hold.Load() != 5 {
		t.Errorf("%d of 10 decisions hold; the five that say the same should", hold.Load())
	}
	f.event(o.ID, event.TypeReviewDone)
}

func whatWaitsForAReviewIsFound(t *testing.T, f *fixture) {
	first := f.reviewed("fraud")
	f.pass(time.Minute)
	both := f.reviewed("approval", "fraud")
	f.pass(time.Minute)
	last := f.reviewed("fraud")
	f.created()
	soon := f.now().Add(time.Second)
	for _, c := range []struct {
		step   string
		before time.Time
		limit  int
		want   []int64
	}{
		{"fraud", soon, 10, []int64{first.ID, both.ID, last.ID}}, {"fraud", soon, 2, []int64{first.ID, both.ID}},
		{"fraud", f.now().Add(-90 * time.Second), 10, []int64{first.ID}}, {"approval", soon, 10, []int64{both.ID}}, {"open", soon, 10, nil},
	} {
		if diff := cmp.Diff(c.want, f.waiting(c.step, c.before, c.limit)); diff != "" {
			t.Errorf("%+v: %s", c, diff)
		}
	}
	open, err := f.OpenReviews(ctx, "approval", soon, 10)
	f.must(err)
	want := both.OpenReview()
	if diff := cmp.Diff([]event.OpenReview{want}, open); diff != "" {
		t.Error(diff)
	}
	late, err := f.Overdue(ctx, f.now(), database.Deadlines{Statuses: map[order.Status]time.Duration{order.InReview: 90 * time.Second}})
	if err != nil || len(late) != 1 || late[0].Status != order.InReview || late[0].Oldest[0].OrderID != first.ID {
		t.Errorf("overdue: %+v, %v", late, err)
	}
	if counts, err := f.Counts(ctx); err != nil || counts.Orders[order.InReview] != 3 {
		t.Errorf("counts: %+v, %v", counts, err)
	}
}
