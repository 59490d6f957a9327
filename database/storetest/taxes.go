package storetest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
)

// taxed makes an order with taxes that is in the order book.
func (f *fixture) taxed(taxes ...event.Tax) order.Order {
	f.Helper()
	o := f.created(func(o *order.Order) { o.Terms.Taxes = taxes })
	f.move(o.ID, order.Placed)
	return o
}

// book enters what finance enters for an event.
func (f *fixture) book(id int64, kind finance.Kind, of event.Type) {
	f.Helper()
	entry := f.sale(id)
	if entry.Kind = kind; kind == finance.KindReversal {
		entry.Debit, entry.Credit = finance.Refunds, finance.Receivable
	}
	if err := f.Enter(event.WithReceipt(ctx, f.receipt(id, of, "finance."+string(of))), entry); err != nil {
		f.Fatal(err)
	}
}

func taxesAreEnteredWithTheirSale(t *testing.T, f *fixture) {
	o := f.taxed(event.Tax{Name: "GST", Rate: "5", Amount: 500}, event.Tax{Name: "PST", Rate: "7", Amount: 700})
	f.book(o.ID, finance.KindSale, event.TypeOrderPlaced)
	want := map[finance.Account]int64{finance.Receivable: 48000, finance.Revenue: -46800, "tax:US:GST": -500, "tax:US:PST": -700}
	if diff := cmp.Diff(want, f.balances()); diff != "" {
		t.Errorf("sold: %s", diff)
	}
	f.move(o.ID, order.Cancelled)
	f.book(o.ID, finance.KindReversal, event.TypeOrderCancelled)
	if err := f.Enter(ctx, f.sale(o.ID)); err != nil { // once more, by hand
		t.Fatal(err)
	}
	want = map[finance.Account]int64{finance.Receivable: 0, finance.Revenue: -46800, finance.Refunds: 46800, "tax:US:GST": 0, "tax:US:PST": 0}
	if diff := cmp.Diff(want, f.balances()); diff != "" {
		t.Errorf("taken back: %s", diff)
	}
	if faults, err := f.LedgerFaults(ctx, 100); err != nil || len(faults) != 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
	anyTaxesBalance(t, f)
	missing := f.taxed(event.Tax{Name: "GST", Rate: "5", Amount: 500})
	if err := f.MarkDone(ctx, f.receipt(missing.ID, event.TypeOrderPlaced, "finance.OrderPlaced")); err != nil {
		t.Fatal(err)
	}
	faults, err := f.LedgerFaults(ctx, 1)
	var kinds []string
	for _, fault := range faults {
		kinds = append(kinds, string(fault.Kind))
	}
	slices.Sort(kinds)
	if err != nil || strings.Join(kinds, " ") != "sale tax:GST" {
		t.Errorf("faults %v, %v", faults, err)
	}
}

// anyTaxesBalance: whatever orders there are, the ledger adds up to nothing, and has no faults.
func anyTaxesBalance(t *testing.T, f *fixture) {
	rapid.Check(t, func(rt *rapid.T) {
		var taxes []event.Tax
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"GST", "PST", "VAT"}), 0, 3, rapid.ID).Draw(rt, "taxes") {
			taxes = append(taxes, event.Tax{Name: name, Rate: "1", Amount: rapid.Int64Range(0, 9000).Draw(rt, name)})
		}
		o := f.taxed(taxes...)
		f.book(o.ID, finance.KindSale, event.TypeOrderPlaced)
		if rapid.Bool().Draw(rt, "cancelled") {
			f.move(o.ID, order.Cancelled)
			f.book(o.ID, finance.KindReversal, event.TypeOrderCancelled)
		}
		sum := int64(0)
		for _, balance := range f.balances() {
			sum += balance
		}
		if faults, err := f.LedgerFaults(ctx, 5); err != nil || len(faults) != 0 || sum != 0 {
			rt.Fatalf("faults %v, %v; a sum of %d", faults, err, sum)
		}
	})
}
