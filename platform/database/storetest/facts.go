package storetest

import (
	"context"
	"sync"
	"testing"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

func aFactIsStatedOnce(t *testing.T, f *fixture) {
	o := f.created()
	fact := event.StockCreated{OrderID: o.ID, TestID: o.TestID}
	r := f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated")
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if err := f.journal(ctx, fact); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.must(f.journal(event.WithReceipt(ctx, r), fact))
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
}

// aFactWithADoneReceiptIsADuplicate: then nothing is journalled, and a failed call leaves nothing.
func aFactWithADoneReceiptIsADuplicate(t *testing.T, f *fixture) {
	o := f.created()
	r := func() *event.Receipt { return f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated") }
	if f.journal(event.WithReceipt(ctx, r()), event.StockCreated{OrderID: o.ID, TestID: -1}) == nil {
		t.Error("an event that is not valid was stated")
	}
	if state := f.state(o.ID, "email.OrderCreated").State; state != "pending" {
		t.Errorf("after a failure, the receipt is %s", state)
	}
	f.must(f.MarkDone(ctx, r()))
	again := r()
	if err := f.journal(event.WithReceipt(ctx, again), event.StockCreated{OrderID: o.ID}); err != nil || !again.Settled() {
		t.Errorf("a duplicate: %v", err)
	}
	history, err := f.History(ctx, o.ID)
	f.must(err)
	if len(history) != 1 {
		t.Errorf("it has %d events", len(history))
	}
}

// journal journals an event of an order, once.
func (f *fixture) journal(ctx context.Context, e event.Event) error {
	rows := database.Rows{Order: e.Order(), Event: e.EventType()}
	_, err := f.Store.(database.Engine).Do(ctx, rows, func(t *database.Tx) error {
		if t.Stated {
			return nil
		}
		return t.Journal(e)
	})
	return err
}
