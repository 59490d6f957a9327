package storetest

import (
	"testing"

	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// taxed creates a placed order with taxes.
func (f *fixture) taxed(taxes ...event.Tax) order.Order {
	f.Helper()
	o := f.created(func(o *order.Order) { o.Terms.Taxes = taxes })
	f.move(o.ID, order.Placed)
	return o
}

func taxesAreEnteredWithTheirSale(t *testing.T, f *fixture) {
	o := f.taxed(event.Tax{Name: "GST", Rate: "5", Amount: 500}, event.Tax{Name: "PST", Rate: "7", Amount: 700}, event.Tax{Name: "NIL", Rate: "0"})
	f.wantBalances("sold", map[finance.Account]int64{finance.Receivable: 48000, finance.Revenue: -46800, "tax:US:GST": -500, "tax:US:PST": -700})
	f.cancel(o.ID)
	f.must(f.PostEntries(ctx, f.sale(o.ID))) // again, by hand
	f.must(f.PostEntries(ctx, f.reversal(o.ID)))
	f.wantBalances("taken back", map[finance.Account]int64{
		finance.Receivable: 0, finance.Revenue: -46800, finance.Refunds: 46800, "tax:US:GST": 0, "tax:US:PST": 0,
	})
	f.wantFaults()
	wrong := f.entry(o.ID, "tax-reversal:PST")
	wrong.Kind, wrong.Debit, wrong.Credit = wrong.Kind.Correction(1), wrong.Credit, wrong.Debit
	wrong.Author, wrong.Reason = "ana", "a test"
	f.must(f.Correct(ctx, wrong))
	f.wantFaults(database.LedgerFault{OrderID: o.ID, Kind: "tax-reversal:PST", What: "is missing, must be USD 7.00"})
	wrong.Kind, wrong.Debit, wrong.Credit = "tax-reversal:PST/2", wrong.Credit, wrong.Debit
	f.must(f.Correct(ctx, wrong))
	anyTaxesBalance(t, f)
}

// anyTaxesBalance: for any orders, the ledger adds up to zero, and has no faults.
func anyTaxesBalance(t *testing.T, f *fixture) {
	rapid.Check(t, func(rt *rapid.T) {
		var taxes []event.Tax
		kinds := []event.Tax{{Name: "GST", Rate: "1"}, {Name: "PST", Rate: "7"}, {Name: "VAT", Rate: "9.975", Treatment: "rate"}, {Name: "VAT", Rate: "19", Treatment: "rate"}}
		for _, tax := range rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 0, 4, event.Tax.Key).Draw(rt, "taxes") {
			tax.Amount = rapid.Int64Range(0, 9000).Draw(rt, tax.Key())
			taxes = append(taxes, tax)
		}
		o := f.taxed(taxes...)
		if rapid.Bool().Draw(rt, "cancelled") {
			f.cancel(o.ID)
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
