package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

func (f *fixture) named(name, email, market string, status order.Status) order.Order {
	f.Helper()
	return f.created(func(o *order.Order) {
		o.Customer.Name, o.Customer.Email, o.Market, o.Status = name, email, market, status
	})
}

func ordersAreFound(t *testing.T, f *fixture) {
	ann := f.named("Ann Buyer", "ann@example.com", "US", order.Created)
	bob := f.named("Bob 100%_\\ O'Neil", "bob@example.org", "MX", order.Placed)
	cyd := f.named("Cyd", "cyd@example.com", "MX", order.PaymentDeclined)
	for name, c := range map[string]struct {
		query database.OrderQuery
		want  []int64
	}{
		"all":                  {database.OrderQuery{}, []int64{cyd.ID, bob.ID, ann.ID}},
		"number":               {database.OrderQuery{ID: bob.ID}, []int64{bob.ID}},
		"no such number":       {database.OrderQuery{ID: 1 << 30}, nil},
		"part of a name":       {database.OrderQuery{Customer: "BUY"}, []int64{ann.ID}},
		"part of an address":   {database.OrderQuery{Customer: "example.com"}, []int64{cyd.ID, ann.ID}},
		"a text is no pattern": {database.OrderQuery{Customer: "%"}, []int64{bob.ID}},
		"nor is a line":        {database.OrderQuery{Customer: "A_n"}, nil},
		"nor is a slash":       {database.OrderQuery{Customer: `_\ o'n`}, []int64{bob.ID}},
		"a quote is a quote":   {database.OrderQuery{Customer: "' OR 1=1 --"}, nil},
		"status":               {database.OrderQuery{Status: order.Placed}, []int64{bob.ID}},
		"status that lasts":    {database.OrderQuery{Status: order.PaymentDeclined}, []int64{cyd.ID}},
		"no such status":       {database.OrderQuery{Status: "' OR 1=1 --"}, nil},
		"market":               {database.OrderQuery{Market: "MX"}, []int64{cyd.ID, bob.ID}},
		"all at once":          {database.OrderQuery{ID: bob.ID, Customer: "bob", Status: order.Placed, Market: "MX"}, []int64{bob.ID}},
		"next page":            {database.OrderQuery{Below: cyd.ID}, []int64{bob.ID, ann.ID}},
		"beyond the last one":  {database.OrderQuery{Below: 1 << 40, Limit: -5}, []int64{cyd.ID, bob.ID, ann.ID}},
	} {
		found, err := f.Search(ctx, c.query)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []int64
		for _, o := range found.Orders {
			got = append(got, o.ID)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if found.Next != 0 {
			t.Errorf("%s: there is nothing further back, and the search wants to go on at %d", name, found.Next)
		}
	}
}

func aSearchGoesOnPageByPage(t *testing.T, f *fixture) {
	for i := range 5 {
		f.named(fmt.Sprint("Customer ", i), "c@example.com", "US", order.Created)
	}
	seen, query := map[int64]bool{}, database.OrderQuery{Limit: 2}
	for range 4 {
		found, err := f.Search(ctx, query)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range found.Orders {
			seen[o.ID] = true
		}
		if query.Below = found.Next; found.Next == 0 {
			break
		}
	}
	if len(seen) != 5 || query.Below != 0 {
		t.Errorf("found %v, and would go on at %d", seen, query.Below)
	}
}

func whatFlowsIsCounted(t *testing.T, f *fixture) {
	from := f.now()
	first := f.created()
	f.pass(time.Second)
	f.created()
	f.move(first.ID, order.Placed)
	mail, book := f.receipt(first.ID, event.TypeOrderCreated, "email.OrderCreated"), f.receipt(first.ID, event.TypeOrderPlaced, "finance.OrderPlaced")
	next := f.now().Add(time.Minute)
	if err := f.Retry(ctx, mail, "no route", next); err != nil {
		t.Fatal(err)
	}
	if err := f.Park(ctx, book, "refused"); err != nil {
		t.Fatal(err)
	}
	if err := f.MarkDone(ctx, f.receipt(first.ID, event.TypeOrderPlaced, "stock.OrderPlaced")); err != nil {
		t.Fatal(err)
	}
	flow, err := f.Flow(ctx, from, f.now())
	if err != nil {
		t.Fatal(err)
	}
	want := database.Flow{Events: map[event.Type]int{event.TypeOrderCreated: 1}, Steps: []database.Step{
		{Subscriber: "email.OrderCreated", Waiting: 2, Failing: 1, Oldest: from},
		{Subscriber: "finance.OrderPlaced", Parked: 1},
		{Subscriber: "order.OrderCreated", Waiting: 2, Oldest: from},
	}}
	if diff := cmp.Diff(want, flow); diff != "" {
		t.Error(diff)
	}
	if later, err := f.Flow(ctx, f.now(), f.now().Add(time.Second)); err != nil || later.Events[event.TypeOrderCreated] != 1 || later.Events[event.TypeOrderPlaced] != 1 {
		t.Errorf("later: %+v, %v", later, err)
	}
	pending, err := f.InWork(ctx, "email.OrderCreated", 1)
	if err != nil || len(pending) != 1 {
		t.Fatalf("in work: %+v, %v", pending, err)
	}
	if diff := cmp.Diff(database.Pending{OrderID: first.ID, EventID: mail.EventID, Since: from, Attempts: 1, NextTry: next, LastError: "no route"}, pending[0]); diff != "" {
		t.Error(diff)
	}
}

// howOrdersWentIsCounted, without test orders, and without what happened before or after.
func howOrdersWentIsCounted(t *testing.T, f *fixture) {
	paying := func(o *order.Order) { o.Status = order.PaymentPending }
	cancel := func(id int64, reason string) {
		if _, err := f.MoveOrder(ctx, order.Move{OrderID: id, To: order.Cancelled, Reason: reason}); err != nil {
			t.Fatal(err)
		}
	}
	f.move(f.created(paying).ID, order.PaymentDeclined) // before
	early := f.created()
	f.pass(time.Minute)
	from := f.now()
	f.move(f.created(paying).ID, order.PaymentDeclined)
	f.move(f.created(paying).ID, order.PaymentDeclined)
	f.move(f.created(paying, func(o *order.Order) { o.PaymentProvider = "payments-mx" }).ID, order.PaymentDeclined)
	f.move(f.created(paying, func(o *order.Order) { o.TestID = 7 }).ID, order.PaymentDeclined)
	f.stocked(func(o *order.Order) { o.PaymentProvider = "" })
	f.stocked(func(o *order.Order) { o.TestID = 7 })
	refused := f.created()
	f.move(refused.ID, order.Placed)
	cancel(refused.ID, order.OutOfStock)
	cancel(early.ID, order.ByCustomer)
	f.pass(time.Minute)
	f.created() // after
	got, err := f.Outcomes(ctx, from, f.now())
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, o := range got {
		counts[fmt.Sprintf("%s %s %s", o.Event, o.Provider, o.Reason)] = o.Count
	}
	want := map[string]int{
		" payments-us ": 2, " payments-mx ": 1, "OrderCreated  ": 1, "OrderCreated payments-us ": 1,
		"OrderCancelled payments-us out-of-stock": 1, "OrderCancelled payments-us customer": 1,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}
}

func whatOperatorsDoIsKept(t *testing.T, f *fixture) {
	o := f.created()
	about := database.Action{Who: "ann", What: "replay", OrderID: o.ID, EventID: "e", Subscriber: "s", Detail: `"it's" <b>`}
	knobs := database.Action{Who: "local", What: "knobs", Detail: "stockist"}
	for _, a := range []database.Action{about, knobs, about} {
		if err := f.Record(ctx, a); err != nil {
			t.Fatal(err)
		}
		f.pass(time.Second)
	}
	of, err := f.ActionsOf(ctx, o.ID)
	if err != nil || len(of) != 2 || !of[0].Time.Before(of[1].Time) || of[0].ID >= of[1].ID {
		t.Fatalf("of the order: %+v, %v", of, err)
	}
	if diff := cmp.Diff(about, of[0], cmpopts.IgnoreFields(database.Action{}, "ID", "Time")); diff != "" {
		t.Error(diff)
	}
	last, err := f.LastActions(ctx, 2)
	if err != nil || len(last) != 2 || last[0].What != "replay" || last[1].What != "knobs" {
		t.Errorf("the last: %+v, %v", last, err)
	}
}
