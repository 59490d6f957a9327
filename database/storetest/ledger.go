package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// paid is an order that was paid with a card.
func (f *fixture) paid() order.Order {
	f.Helper()
	o := f.created(func(o *order.Order) { o.Status = order.PaymentPending })
	paid, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Created, PaymentReference: "ch_1"})
	if err != nil {
		f.Fatal(err)
	}
	return paid
}

func (f *fixture) sale(id int64) finance.Entry {
	return finance.Entry{
		OrderID: id, Kind: finance.KindSale, Debit: finance.Receivable, Credit: finance.Revenue, Amount: f.draft().Total,
	}
}

// balances returns the balance of each account, in dollars' minor units.
func (f *fixture) balances() map[finance.Account]int64 {
	f.Helper()
	all, err := f.Balances(ctx)
	if err != nil {
		f.Fatal(err)
	}
	by := map[finance.Account]int64{}
	for _, b := range all {
		if by[b.Account] = b.Amount.Minor; b.Amount.Currency != "USD" {
			f.Errorf("balance %+v", b)
		}
	}
	return by
}

func moneyIsEnteredWithItsReason(t *testing.T, f *fixture) {
	o := f.paid()
	f.move(o.ID, order.Placed)
	r := f.receipt(o.ID, event.TypeOrderPlaced, "finance.OrderPlaced")
	for range 3 { // once, however often
		if err := f.Enter(event.WithReceipt(ctx, r), f.sale(o.ID)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Enter(ctx, f.sale(o.ID)); err != nil { // by hand
		t.Fatal(err)
	}
	if got := f.state(o.ID, "finance.OrderPlaced"); got.State != "done" || !r.Settled() {
		t.Errorf("the receipt is %s", got.State)
	}
	want := map[finance.Account]int64{"cash:payments-us": 48000, finance.Receivable: 0, finance.Revenue: -48000}
	if diff := cmp.Diff(want, f.balances()); diff != "" {
		t.Error(diff)
	}
	f.move(o.ID, order.Cancelled)
	for range 2 {
		if err := f.Refunded(ctx, o.ID, "re_1"); err != nil {
			t.Fatal(err)
		}
	}
	want["cash:payments-us"], want[finance.Receivable] = 0, 48000
	if diff := cmp.Diff(want, f.balances()); diff != "" || f.order(o.ID).RefundReference != "re_1" {
		t.Errorf("after the refund: %s", diff)
	}
	entries, err := f.EntriesOf(ctx, o.ID)
	if err != nil || len(entries) != 3 || entries[0].Amount != o.Total || !entries[0].Time.Equal(f.now()) {
		t.Errorf("entries %+v, %v", entries, err)
	}
}

func testOrdersAreNotTheShopsMoney(t *testing.T, f *fixture) {
	o := f.paid()
	test := f.sale(o.ID)
	test.Test = true
	if err := f.Enter(ctx, test); err != nil {
		t.Fatal(err)
	}
	if got := f.balances(); got[finance.Revenue] != 0 || got["cash:payments-us"] != 48000 {
		t.Errorf("balances %v", got)
	}
}

// whatTheLedgerLacksIsFound: each kind of entry that is called for, and one with a wrong amount.
func whatTheLedgerLacksIsFound(t *testing.T, f *fixture) {
	o := f.paid()
	f.move(o.ID, order.Placed)
	f.move(o.ID, order.Cancelled)
	if faults, err := f.LedgerFaults(ctx, 100); err != nil || len(faults) != 0 {
		t.Fatalf("while nothing is done: %v, %v", faults, err)
	}
	wrong := f.sale(o.ID)
	wrong.Amount = money.Amount{Minor: 1, Currency: "USD"}
	if err := f.Enter(event.WithReceipt(ctx, f.receipt(o.ID, event.TypeOrderPlaced, "finance.OrderPlaced")), wrong); err != nil {
		t.Fatal(err)
	}
	if err := f.MarkDone(ctx, f.receipt(o.ID, event.TypeOrderCancelled, "finance.OrderCancelled")); err != nil {
		t.Fatal(err)
	}
	faults, err := f.LedgerFaults(ctx, 100)
	found := map[finance.Kind]database.LedgerFault{}
	for _, fault := range faults {
		found[fault.Kind] = fault
	}
	if err != nil || len(found) != 2 || found[finance.KindSale].OrderID != o.ID || found[finance.KindReversal].What == "" {
		t.Errorf("faults %+v, %v", faults, err)
	}
	f.created()
	if faults, err := f.LedgerFaults(ctx, 1); err != nil || len(faults) != 0 {
		t.Errorf("of the newest order: %v, %v", faults, err)
	}
}
