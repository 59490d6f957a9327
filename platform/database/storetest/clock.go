package storetest

import (
	"context"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// aClockThatStepsBackHoldsNothingUp: what a clock two hours ahead postponed does not wait for two hours.
func aClockThatStepsBackHoldsNothingUp(t *testing.T, f *fixture) {
	placed, created := f.created(), f.created(func(o *order.Order) { o.Status = order.PaymentPending })
	f.move(placed.ID, order.Placed)
	late := f.receipt(placed.ID, event.TypeOrderCreated, "email.OrderCreated")
	soon := f.receipt(placed.ID, event.TypeOrderPlaced, "stock.OrderPlaced")
	next := f.now().Add(10*time.Minute - 2*time.Hour)
	f.must(f.Retry(ctx, late, "no route", f.now().Add(5*time.Minute)))
	f.must(f.Retry(ctx, soon, "no route", next))
	f.must(f.AttendRules(ctx, database.RulesReader{Name: "gone", Format: 1, Until: f.now().Add(30 * time.Second)}))
	const term = 5 * time.Second
	if leads, err := f.Lead(ctx, "alerts", "gone", f.now(), term); err != nil || !leads {
		t.Fatal(leads, err)
	}

	f.pass(-2 * time.Hour)
	f.must(f.CapWaits(ctx, f.now()))
	due := map[string]bool{}
	for _, d := range f.sent(0) {
		due[d.Subscriber] = true
	}
	if !due["email.OrderCreated"] || !due["order.OrderCreated"] {
		t.Errorf("due after the clock has stepped back: %v", due)
	}
	if due["stock.OrderPlaced"] {
		t.Error("a wait that is not too long was cut")
	}
	if readers, err := f.RulesReaders(ctx, f.now()); err != nil || len(readers) != 0 {
		t.Errorf("a process that has gone still reads rules: %v, %v", readers, err)
	}
	if leads, err := f.Lead(ctx, "alerts", "another", f.now(), term); err != nil || !leads {
		t.Errorf("a process that has gone still leads: %v, %v", leads, err)
	}
	f.pass(time.Second)
	unsettled, err := f.UnsettledOrders(ctx, f.now(), 10)
	if err != nil || len(unsettled) != 1 || unsettled[0].ID != created.ID {
		t.Errorf("unsettled: %v, %v", unsettled, err)
	}
	unanswered, err := f.TakeUnanswered(ctx, f.now(), time.Hour, 10)
	if err != nil || len(unanswered) != 1 || unanswered[0].ID != placed.ID {
		t.Errorf("unanswered: %v, %v", unanswered, err)
	}
	if o := f.move(placed.ID, order.Stocked); !o.StatusAt.Equal(f.now()) {
		t.Errorf("the order goes on at %s", o.StatusAt)
	}
}

// aTakenRoleIsRespected by a process whose clock is a little behind.
func aTakenRoleIsRespected(t *testing.T, f *fixture) {
	if leads, err := f.Lead(context.Background(), "alerts", "one", f.now(), 5*time.Second); err != nil || !leads {
		t.Fatal(leads, err)
	}
	f.pass(-database.ClockSlack)
	if leads, err := f.Lead(context.Background(), "alerts", "another", f.now(), 5*time.Second); err != nil || leads {
		t.Errorf("another leads: %v, %v", leads, err)
	}
}
