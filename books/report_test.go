package books_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/books"
	"acme.example/webshop/event"
)

// plantAndPot is an order of 107.00 at 7 percent and 119.00 at 19, prepaid.
func plantAndPot() books.Order {
	low := books.Tax{Key: "VAT@7", Name: "VAT", Rate: "7", Treatment: "rate", Point: event.PointPayment, Base: 10000, Amount: 700}
	high := books.Tax{Key: "VAT@19", Name: "VAT", Rate: "19", Treatment: "rate", Point: event.PointPayment, Base: 10000, Amount: 1900}
	return books.Order{
		ID: 1, Market: "DE", Currency: "EUR", Total: 22600, Taxes: []books.Tax{low, high},
		Lines: []books.Sold{{Account: "plant", Net: 10000, Taxes: []books.Tax{low}}, {Account: "pot", Net: 10000, Taxes: []books.Tax{high}}},
	}
}

func plantAndPotSold() []books.Movement {
	return []books.Movement{
		movement("sale", "receivable", "revenue", 22600, "2026-11-02 08:00"),
		movement("tax:VAT@7", "revenue", "tax:DE:VAT@7", 700, "2026-11-02 08:00"), movement("tax:VAT@19", "revenue", "tax:DE:VAT@19", 1900, "2026-11-02 08:00"),
	}
}

// TestADocumentTellsItsLines, with the tax of each at its rate; a credit note tells the share of each tax. Three parts come to the sale.
func TestADocumentTellsItsLines(t *testing.T) {
	o, happened := plantAndPot(), plantAndPotSold()
	sale := books.Document{Series: "DE-2026-", Number: 1, Kind: books.Receipt, OrderID: 1, Of: "sale", Day: "2026-11-02", Total: 22600, Tax: 2600, Currency: "EUR"}
	got, err := books.Detail(sale, []books.Document{sale}, o, happened)
	want := books.Detailed{
		Number: "DE-2026-000001", Kind: books.Receipt, Order: 1, Market: "DE", Issued: "2026-11-02", Currency: "EUR", Total: 22600, Tax: 2600, Lines: []books.DetailLine{
			{Account: "revenue:DE:plant", Net: 10000, Taxes: []books.LineTax{{Code: "tax:DE:VAT@7", Base: 10000, Amount: 700}}},
			{Account: "revenue:DE:pot", Net: 10000, Taxes: []books.LineTax{{Code: "tax:DE:VAT@19", Base: 10000, Amount: 1900}}},
		},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}

	parts := []struct{ total, low, high int64 }{{7533, 233, 634}, {7533, 234, 633}, {7534, 233, 633}}
	sums := map[books.Account]books.LineTax{}
	for i, p := range parts {
		n := "." + string(rune('2'+i))
		when := "2026-11-0" + string(rune('3'+i)) + " 08:00"
		for _, m := range []books.Movement{
			movement("reversal"+n, "revenue", "receivable", p.total, when),
			movement("tax-reversal:VAT@7"+n, "tax:DE:VAT@7", "revenue", p.low, when), movement("tax-reversal:VAT@19"+n, "tax:DE:VAT@19", "revenue", p.high, when),
		} {
			if m.Of == "reversal" && m.Kind == "reversal"+n {
				m.Of = m.Kind
			}
			happened = append(happened, m)
		}
	}
	for i, p := range parts {
		note := books.Document{
			Series: "DE-2026-C", Number: int64(i + 1), Kind: books.CreditNote, OrderID: 1, Of: "reversal." + string(rune('2'+i)), Day: "2026-11-03",
			Total: p.total, Tax: p.low + p.high, Currency: "EUR",
		}
		got, err := books.Detail(note, []books.Document{sale, note}, o, happened)
		if err != nil || got.Corrects != "DE-2026-000001" || len(got.Lines) != 1 || len(got.Lines[0].Taxes) != 2 {
			t.Fatalf("%v %+v", err, got)
		}
		for j, amount := range []int64{p.low, p.high} {
			tax := got.Lines[0].Taxes[j]
			if tax.Amount != amount {
				t.Errorf("%s takes back %d of %s, want %d", got.Number, tax.Amount, tax.Code, amount)
			}
			sums[tax.Code] = books.LineTax{Code: tax.Code, Base: sums[tax.Code].Base + tax.Base, Amount: sums[tax.Code].Amount + tax.Amount}
		}
	}
	if diff := cmp.Diff(map[books.Account]books.LineTax{
		"tax:DE:VAT@7": {Code: "tax:DE:VAT@7", Base: 10000, Amount: 700}, "tax:DE:VAT@19": {Code: "tax:DE:VAT@19", Base: 10000, Amount: 1900},
	}, sums); diff != "" {
		t.Error(diff)
	}
}

// TestAnOrderWithoutLinesHasOne, of its total; a document that does not come to its total is an error.
func TestAnOrderWithoutLinesHasOne(t *testing.T) {
	o := germanOrder(1, event.PointPayment)
	o.Lines = nil
	d := books.Document{Series: "DE-2026-", Number: 1, Kind: books.Receipt, OrderID: 1, Of: "sale", Day: "2026-11-02", Total: 11900, Tax: 1900, Currency: "EUR"}
	got, err := books.Detail(d, []books.Document{d}, o, nil)
	want := []books.DetailLine{{Account: "revenue:DE:other", Net: 10000, Taxes: []books.LineTax{{Code: "tax:DE:VAT@19", Base: 10000, Amount: 1900}}}}
	if diff := cmp.Diff(want, got.Lines); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	d.Tax = 1800
	if _, err := books.Detail(d, []books.Document{d}, o, nil); err == nil {
		t.Error("a document is told whose lines do not come to its total")
	}
}
