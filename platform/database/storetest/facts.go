package storetest

import (
	"sync"
	"testing"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

func aFactIsStatedOnce(t *testing.T, f *fixture) {
	o := f.created()
	fact := event.StockCreated{OrderID: o.ID, TestID: o.TestID}
	r := f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated")
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if err := f.Journal(ctx, fact); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.must(f.Journal(event.WithReceipt(ctx, r), fact))
	if state := f.state(o.ID, "email.OrderCreated").State; state != "done" || !r.Settled() {
		t.Errorf("the receipt that came with it is %s, settled %t", state, r.Settled())
	}
	stated := f.event(o.ID, event.TypeStockCreated) // once
	if got, err := event.Open[event.StockCreated](stated); err != nil || got != fact || stated.Source != "/webshop/stock" {
		t.Errorf("stated was %+v by %s, %v", got, stated.Source, err)
	}
	if state := f.state(o.ID, "order.StockCreated").State; state != "pending" {
		t.Errorf("its subscriber's receipt is %s", state)
	}
	if after := f.order(o.ID); after.Status != o.Status {
		t.Errorf("the order is %s", after.Status)
	}
	f.wantCode(f.Journal(ctx, event.StockCreated{OrderID: 2147483647}), fault.NotFound)
}

// aFactWithADoneReceiptIsADuplicate: then nothing is journalled, and a failed call leaves nothing.
func aFactWithADoneReceiptIsADuplicate(t *testing.T, f *fixture) {
	o := f.created()
	r := func() *event.Receipt { return f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated") }
	if f.Journal(event.WithReceipt(ctx, r()), event.StockCreated{OrderID: o.ID, TestID: -1}) == nil {
		t.Error("an event that is not valid was stated")
	}
	if state := f.state(o.ID, "email.OrderCreated").State; state != "pending" {
		t.Errorf("after a failure, the receipt is %s", state)
	}
	f.must(f.MarkDone(ctx, r()))
	again := r()
	if err := f.Journal(event.WithReceipt(ctx, again), event.StockCreated{OrderID: o.ID}); err != nil || !again.Settled() {
		t.Errorf("a duplicate: %v", err)
	}
	history, err := f.History(ctx, o.ID)
	f.must(err)
	if len(history) != 1 {
		t.Errorf("it has %d events", len(history))
	}
}

// aFactComesTooLate for an archived order, unless the order has it already.
func aFactComesTooLate(t *testing.T, f *fixture) {
	o := f.created()
	f.move(o.ID, order.Cancelled)
	receipts, err := f.ReceiptsOf(ctx, o.ID)
	f.must(err)
	for _, r := range receipts {
		f.must(f.MarkDone(ctx, &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber}))
	}
	f.pass(year)
	f.archived(1)
	f.wantCode(f.Journal(ctx, event.StockCreated{OrderID: o.ID}), fault.Conflict)
	first := f.event(o.ID, event.TypeOrderCreated)
	again, err := event.FromJSON(first.Type, first.Data)
	f.must(err)
	f.must(f.Journal(ctx, again))
}
