package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// bulk starts a job, and returns it.
func (f *fixture) bulk(id string, orders ...int64) database.BulkJob {
	j := database.BulkJob{ID: id, Action: database.BulkCancel, Reason: "operator", By: "ann"}
	f.must(f.StartBulk(ctx, j, orders))
	f.pass(time.Second)
	return j
}

// states returns the states of a job's orders, by number.
func (f *fixture) states(job string) (all []string) {
	items, err := f.BulkItems(ctx, job)
	f.must(err)
	for _, i := range items {
		all = append(all, i.State)
	}
	return all
}

// begins begins an order of a job.
func (f *fixture) begins(job string, id int64) bool {
	begun, err := f.BeginBulk(ctx, database.BulkItem{Job: job, OrderID: id, Tries: 1})
	f.must(err)
	return begun
}

// everyFieldOfAJobIsKept, and of its orders.
func everyFieldOfAJobIsKept(t *testing.T, f *fixture) {
	began := f.now()
	j := f.bulk("a", 9, 7, 8)
	f.must(f.StartBulk(ctx, j, []int64{7, 8, 9})) // sent again
	want := database.BulkItem{Job: "a", OrderID: 7, State: database.BulkMade, Tries: 2, Why: "w", Amount: 5, Currency: "USD", At: f.now()}
	f.must(f.EndBulk(ctx, want))
	items, err := f.BulkItems(ctx, "a")
	f.must(err)
	if diff := cmp.Diff([]database.BulkItem{want, {Job: "a", OrderID: 8, State: "waiting"}, {Job: "a", OrderID: 9, State: "waiting"}}, items); diff != "" {
		t.Error(diff)
	}
	f.must(f.StopBulk(ctx, "a", "bob"))
	j.State, j.Created, j.Ended, j.StoppedBy = database.BulkStopped, began, f.now(), "bob"
	got, err := f.BulkJob(ctx, "a")
	f.must(err)
	if diff := cmp.Diff(database.BulkProgress{BulkJob: j, Waiting: 2, Made: 1, Changed: want.At}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := f.BulkJob(ctx, "b"); fault.CodeOf(err) != fault.NotFound {
		t.Error(err)
	}
}

// anOrderOfAJobIsBegunOnce, by whoever comes first, and not when its job is stopped.
func anOrderOfAJobIsBegunOnce(t *testing.T, f *fixture) {
	f.bulk("a", 7, 8, 9)
	first, second := f.begins("a", 7), f.begins("a", 7)
	next, err := f.NextBulk(ctx, "a", 2)
	f.must(err)
	if !first || second || len(next) != 2 || next[0].OrderID != 7 || next[0].State != database.BulkBegun || next[0].Tries != 1 {
		t.Errorf("begun: %t, again: %t; next %+v", first, second, next)
	}
	f.must(f.EndBulk(ctx, database.BulkItem{Job: "a", OrderID: 8, State: database.BulkWaiting, Tries: 1}))
	if next, err = f.NextBulk(ctx, "a", 3); err != nil || next[1].OrderID != 9 {
		t.Errorf("who was tried comes later: %+v, %v", next, err)
	}
	f.must(f.EndBulk(ctx, database.BulkItem{Job: "a", OrderID: 7, State: database.BulkMade}))
	f.must(f.EndBulk(ctx, database.BulkItem{Job: "a", OrderID: 7, State: database.BulkWaiting})) // late
	f.must(f.StopBulk(ctx, "a", "ann"))
	if f.begins("a", 8) {
		t.Error("begun although the job is stopped")
	}
	if diff := cmp.Diff([]string{"done", "waiting", "waiting"}, f.states("a")); diff != "" {
		t.Error(diff)
	}
}

// aJobEndsWithItsLastOrder, and is forgotten long after that.
func aJobEndsWithItsLastOrder(t *testing.T, f *fixture) {
	f.bulk("a", 7, 8)
	f.bulk("b", 7)
	f.bulk("c", 7)
	runs := func() (ids string) {
		all, err := f.BulkRuns(ctx)
		f.must(err)
		for _, j := range all {
			ids += j.ID
		}
		return ids
	}
	f.must(f.EndBulk(ctx, database.BulkItem{Job: "a", OrderID: 7, State: database.BulkRefused, At: f.now()}))
	f.must(f.FinishBulk(ctx, "a"))
	before := runs()
	f.must(f.EndBulk(ctx, database.BulkItem{Job: "a", OrderID: 8, State: database.BulkUnclear, At: f.now()}))
	f.must(f.FinishBulk(ctx, "a"))
	f.must(f.StopBulk(ctx, "a", "too late"))
	f.must(f.StopBulk(ctx, "b", "ann"))
	if after := runs(); before != "abc" || after != "c" {
		t.Errorf("run %q, then %q", before, after)
	}
	jobs, err := f.BulkJobs(ctx, 2)
	if err != nil || len(jobs) != 2 || jobs[0].ID != "c" || jobs[1].ID != "b" {
		t.Errorf("the newest: %+v, %v", jobs, err)
	}
	early, err := f.PruneBulk(ctx, f.now())
	f.must(err)
	f.pass(time.Second)
	late, err := f.PruneBulk(ctx, f.now())
	if err != nil || early != 0 || late != 2 || len(f.states("a")) != 0 || len(f.states("c")) != 1 {
		t.Errorf("pruned %d, then %d, %v; left %v %v", early, late, err, f.states("a"), f.states("c"))
	}
	if jobs, err = f.BulkJobs(ctx, 9); err != nil || len(jobs) != 1 || jobs[0].Waiting != 1 {
		t.Errorf("left: %+v, %v", jobs, err)
	}
}
