package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

func ordersAreStoredAsTheyAre(t *testing.T, f *fixture) {
	want := f.draft()
	got := f.created()
	if got.ID < 1 || got.ID > 2147483647 {
		t.Errorf("the number is %d", got.ID)
	}
	want.ID, want.Unique = got.ID, got.Unique
	if diff := cmp.Diff(want, f.order(got.ID)); diff != "" {
		t.Error(diff)
	}
}

func whatWasAgreedIsKept(t *testing.T, f *fixture) {
	want := f.draft()
	want.Rules = 1<<53 + 1 // more than a float64 holds
	want.Terms = order.Terms{
		Codes: []string{"WELCOME"}, Details: map[string]string{"reference": `a "quoted" é 🌵`},
		Lines: []event.Line{
			{SKU: "BB001", Quantity: 2, UnitPrice: 15000, Off: []event.Off{{Offer: "weekend", Amount: 3000}}, Tax: 1350, Total: 28350},
			{SKU: "LB001", Quantity: 1, UnitPrice: 15000, Gift: true, Off: []event.Off{{Offer: "gift", Amount: 15000}}},
		},
		Taxes: []event.Tax{{Name: "GST", Rate: "5", Amount: 1350}},
	}
	want.Reviews = []order.Review{{Step: "fraud", State: order.ReviewOpen}, {Step: "approval", State: order.ReviewPassed, By: "Ann", Note: "known", At: f.now()}}
	stored, _, err := f.CreateOrder(ctx, want, order.IdempotencyKey{})
	if err != nil {
		t.Fatal(err)
	}
	want.ID, want.Unique = stored.ID, stored.Unique
	for _, got := range []order.Order{stored, f.order(stored.ID)} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	if moved := f.move(stored.ID, order.Placed); !cmp.Equal(moved.Terms, want.Terms) || !cmp.Equal(moved.Reviews, want.Reviews) {
		t.Errorf("after a move: %+v, %+v", moved.Terms, moved.Reviews)
	}
}

func numbersAreUnique(t *testing.T, f *fixture) {
	const n = 200
	ids := make(chan int64, n)
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			o, _, err := f.CreateOrder(ctx, f.draft(), order.IdempotencyKey{})
			if err != nil {
				t.Error(err)
			}
			ids <- o.ID
		})
	}
	group.Wait()
	close(ids)
	seen := map[int64]bool{}
	for id := range ids {
		seen[id] = true
	}
	if len(seen) != n {
		t.Errorf("%d orders have %d numbers", n, len(seen))
	}
}

func aKeyMakesOneOrder(t *testing.T, f *fixture) {
	key := order.IdempotencyKey{Key: "key:1", Fingerprint: "a", ValidFor: time.Hour}
	first, fresh, err := f.CreateOrder(ctx, f.draft(), key)
	if err != nil || !fresh {
		t.Fatalf("the first: fresh %v, %v", fresh, err)
	}
	again, fresh, err := f.CreateOrder(ctx, f.draft(), key)
	if err != nil || fresh || again.ID != first.ID {
		t.Errorf("the second: order %d, fresh %v, %v; want order %d", again.ID, fresh, err, first.ID)
	}
	_, _, err = f.CreateOrder(ctx, f.draft(), order.IdempotencyKey{Key: "key:1", Fingerprint: "b", ValidFor: time.Hour})
	f.wantCode(err, fault.KeyReused)
	if held, err := f.FindByKey(ctx, key); err != nil || !cmp.Equal(held, f.order(first.ID)) {
		t.Errorf("held is %+v, %v", held, err)
	}
	for _, c := range []order.IdempotencyKey{{Key: "key:1", Fingerprint: "b"}, {Key: "key:2", Fingerprint: "a"}, {}} {
		_, err := f.FindByKey(ctx, c)
		f.wantCode(err, fault.NotFound)
	}
	f.pass(time.Hour)
	_, err = f.FindByKey(ctx, key)
	f.wantCode(err, fault.NotFound)
	_, err = f.Prune(ctx, f.now())
	f.must(err)
	later, fresh, err := f.CreateOrder(ctx, f.draft(), key)
	if err != nil || !fresh || later.ID == first.ID {
		t.Errorf("after its hold: order %d, fresh %v, %v", later.ID, fresh, err)
	}
}

func aDeclineFreesTheKey(t *testing.T, f *fixture) {
	unpaid := f.draft()
	unpaid.Status = order.PaymentPending
	for lapses, want := range map[bool]bool{true: true, false: false} {
		key := order.IdempotencyKey{Key: fmt.Sprint("lapses ", lapses), Fingerprint: "a", ValidFor: time.Hour, FreedByDecline: lapses}
		first, _, err := f.CreateOrder(ctx, unpaid, key)
		if err != nil {
			t.Fatal(err)
		}
		if _, fresh, err := f.CreateOrder(ctx, unpaid, key); err != nil || fresh {
			t.Errorf("before the decline: fresh %v, %v", fresh, err)
		}
		f.move(first.ID, order.PaymentDeclined)
		if _, fresh, err := f.CreateOrder(ctx, unpaid, key); err != nil || fresh != want {
			t.Errorf("lapses %v, after the decline: fresh %v, %v", lapses, fresh, err)
		}
	}
}

func movesFollowTheStateMachine(t *testing.T, f *fixture) {
	pending := f.created(func(o *order.Order) { o.Status = order.PaymentPending })
	if history, _ := f.History(ctx, pending.ID); len(history) != 0 {
		t.Errorf("an unpaid order has events: %v", history)
	}
	f.pass(time.Second)
	paid, err := f.MoveOrder(ctx, order.Move{OrderID: pending.ID, To: order.Created, PaymentReference: "ch_1"})
	if err != nil || paid.PaymentReference != "ch_1" || !paid.StatusAt.Equal(f.now()) {
		t.Errorf("paid: %+v, %v", paid, err)
	}
	if diff := cmp.Diff(paid, f.order(paid.ID)); diff != "" {
		t.Error(diff)
	}
	_, err = f.MoveOrder(ctx, order.Move{OrderID: paid.ID, To: order.Stocked})
	f.wantCode(err, fault.Conflict)
	f.move(paid.ID, order.Placed)
	f.move(paid.ID, order.Placed) // a status that it has already is no error
	f.event(paid.ID, event.TypeOrderPlaced)
	_, err = f.MoveOrder(ctx, order.Move{OrderID: paid.ID, To: order.Created})
	f.wantCode(err, fault.Conflict)
	late, err := f.MoveOrder(ctx, order.Move{OrderID: paid.ID, To: order.Created, Event: true})
	if err != nil || late.Status != order.Placed {
		t.Errorf("a late event: %s, %v; want PLACED", late.Status, err)
	}
}

// anyMovesAtOnceKeepTheRules applies random moves to one order concurrently; its history must be legal.
func anyMovesAtOnceKeepTheRules(t *testing.T, f *fixture) {
	all := []order.Status{order.Created, order.Placed, order.Stocked, order.DeliveryBooked, order.Cancelled, order.PaymentDeclined}
	legal := []event.Type{event.TypeOrderCreated, event.TypeOrderPlaced, event.TypeOrderDeliverable}
	rapid.Check(t, func(rt *rapid.T) {
		o := f.created()
		moves := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) order.Move {
			return order.Move{OrderID: o.ID, To: rapid.SampledFrom(all).Draw(rt, "to"), Event: rapid.Bool().Draw(rt, "event"), Reason: "test"}
		}), 1, 12).Draw(rt, "moves")
		var group sync.WaitGroup
		for _, m := range moves {
			group.Go(func() {
				if _, err := f.MoveOrder(ctx, m); err != nil && fault.CodeOf(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
		group.Wait()
		history, err := f.History(ctx, o.ID)
		if n := len(history); n > 1 && history[n-1].Type == event.TypeOrderCancelled {
			history = history[:n-1] // it may end any history
		}
		if err != nil || len(history) > len(legal) {
			rt.Fatalf("%d events, %v", len(history), err)
		}
		for i, env := range history {
			if env.Type != legal[i] {
				rt.Fatalf("event %d is %s, want %s", i, env.Type, legal[i])
			}
		}
	})
}

func listsAndCounts(t *testing.T, f *fixture) {
	ofTest := func(o *order.Order) { o.TestID = 77 }
	first, second := f.created(ofTest), f.created(ofTest)
	f.created()
	orders, err := f.TestOrders(ctx, 77)
	if err != nil || len(orders) != 2 || orders[0].ID != first.ID || orders[1].ID != second.ID {
		t.Errorf("TestOrders = %v, %v", orders, err)
	}
	if none, err := f.TestOrders(ctx, 0); err != nil || len(none) != 0 {
		t.Errorf("test 0 has %d orders, %v; it stands for no test", len(none), err)
	}
	unpaid := f.created(func(o *order.Order) { o.Status = order.PaymentPending })
	f.pass(time.Minute)
	f.created(func(o *order.Order) { o.Status = order.PaymentPending })
	unsettled, err := f.UnsettledOrders(ctx, f.now(), 10)
	if err != nil || len(unsettled) != 1 || unsettled[0].ID != unpaid.ID {
		t.Errorf("UnsettledOrders = %v, %v", unsettled, err)
	}
	counts, err := f.Counts(ctx)
	if err != nil || counts.Orders[order.Created] != 3 || counts.Orders[order.PaymentPending] != 2 || counts.Pending != 6 {
		t.Errorf("Counts = %+v, %v", counts, err)
	}
}

func whatIsNotThereIsNotFound(t *testing.T, f *fixture) {
	const none = 2147483647
	_, err := f.Order(ctx, none)
	f.wantCode(err, fault.NotFound)
	_, err = f.MoveOrder(ctx, order.Move{OrderID: none, To: order.Placed})
	f.wantCode(err, fault.NotFound)
	_, err = f.Booking(ctx, none)
	f.wantCode(err, fault.NotFound)
	_, err = f.Book(ctx, none, delivery.Slot{Start: f.now()}, delivery.Room{Slot: 1})
	f.wantCode(err, fault.NotFound)
	_, err = f.StockOrder(ctx, none)
	f.wantCode(err, fault.NotFound)
	f.wantCode(f.StockCreated(ctx, none), fault.NotFound)
	_, err = f.Sale(ctx, none)
	f.wantCode(err, fault.NotFound)
	nothing := &event.Receipt{EventID: "none", Subscriber: "email.OrderCreated"}
	_, err = f.ReceiptOpen(ctx, nothing)
	f.wantCode(err, fault.NotFound)
	_, err = f.DeadLetter(ctx, nothing)
	f.wantCode(err, fault.NotFound)
	f.wantCode(f.Replay(ctx, nothing), fault.Conflict)
	if history, err := f.History(ctx, none); err != nil || len(history) != 0 {
		t.Errorf("History = %v, %v", history, err)
	}
}
