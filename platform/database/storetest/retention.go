package storetest

import (
	"log/slog"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// retention is a worker on the store.
func (f *fixture) retention(keep map[string]order.Keep) *database.Retention {
	return &database.Retention{Store: f, Keep: func() map[string]order.Keep { return keep }, Now: f.now, Log: slog.New(slog.DiscardHandler)}
}

// looks lets a worker look through all orders.
func (f *fixture) looks(r *database.Retention) {
	f.Helper()
	for more := true; more; {
		var err error
		more, err = r.Step(ctx)
		f.must(err)
	}
}

// personalDataIsKeptAsLongAsTheRulesSay, also of what is in the archive: not a day less, and not where they say nothing. What is under
// way stays, and is erased when it has ended.
func personalDataIsKeptAsLongAsTheRulesSay(t *testing.T, f *fixture) {
	elsewhere := func(o *order.Order) { o.Market = "MX" }
	archived, other, open, parked := f.paidAndBooked(), f.booked(somebody, elsewhere), f.stocked(somebody), f.booked(somebody)
	f.heard(other.ID)
	f.pass(48 * time.Hour)
	f.archived(2)
	young := f.booked(somebody)
	f.heard(young.ID)
	keep := map[string]order.Keep{archived.Market: {Days: 30}, "MX": {}}
	r := f.retention(keep)
	f.pass(26 * 24 * time.Hour)
	want := func(when string, erased ...int64) {
		t.Helper()
		f.looks(r)
		is := map[int64]bool{}
		for _, id := range erased {
			is[id] = true
		}
		for _, o := range []order.Order{archived, other, open, parked, young} {
			if f.order(o.ID).Erased() != is[o.ID] {
				t.Errorf("%s: that order %d of %s, %s, is erased: %t", when, o.ID, o.Market, o.Status, !is[o.ID])
			}
		}
	}
	want("before the time")
	f.pass(25 * time.Hour)
	want("after it", archived.ID)
	f.wantNothingPersonal(f.known(archived.ID).History)
	if actions, err := f.ActionsOf(ctx, archived.ID); err != nil || len(actions) != 1 || actions[0].Who != "retention" || actions[0].What != "erase-person" || r.Erased() != 1 {
		t.Errorf("written down is %+v, %v, and counted %d", actions, err, r.Erased())
	}
	f.heard(parked.ID)
	f.pass(time.Hour)
	want("within the day", archived.ID)
	f.pass(48 * time.Hour)
	want("later, with its events handled", archived.ID, parked.ID)
	keep["MX"] = order.Keep{Years: 1}
	f.pass(366 * 24 * time.Hour)
	want("after a year", archived.ID, parked.ID, young.ID, other.ID)
	if faults, err := f.LedgerFaults(ctx, 1000); err != nil || len(faults) != 0 {
		t.Errorf("the ledger has faults: %v, %v", faults, err)
	}
}

// erasuresAreListed with their references, page by page, and what cannot be erased yet says why.
func erasuresAreListed(t *testing.T, f *fixture) {
	var ids []int64
	for range 3 {
		ids = append(ids, f.paidAndBooked().ID)
		f.must(f.Erase(ctx, ids[len(ids)-1], "ann", ""))
	}
	first, err := f.Erasures(ctx, 1, 2)
	f.must(err)
	rest, err := f.Erasures(ctx, ids[1]+1, 2)
	f.must(err)
	got := append(first, rest...)
	if len(first) != 2 || len(got) != 3 {
		t.Fatalf("listed are %v and %v", first, rest)
	}
	for i, e := range got {
		if o := f.order(ids[i]); e.OrderID != o.ID || e.Unique != o.Unique || e.At.IsZero() {
			t.Errorf("listed is %+v for order %s", e, o.Ref())
		}
	}
	f.must(f.Erasable(ctx, ids[0]))
	f.wantCode(f.Erasable(ctx, f.stocked(somebody).ID), fault.Conflict)
	f.wantCode(f.Erasable(ctx, 1<<30), fault.NotFound)
}
