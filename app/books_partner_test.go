package app_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/books"
)

// toldBooks is what the bookkeeping system was told of the books.
type toldBooks struct {
	documents []books.Detailed
	entries   []books.Entry
}

// told reads what the bookkeeping system was told.
func (s *shop) told() (all toldBooks) {
	s.Helper()
	for after := int64(0); ; {
		var page struct {
			Told []struct {
				Kind string
				Data json.RawMessage
			}
			Next int64
		}
		s.call("GET", fmt.Sprintf("%s/partners/books/journal?after=%d", s.PrivateURL, after), nil).want(200).into(&page)
		if len(page.Told) == 0 {
			return all
		}
		for _, t := range page.Told {
			if t.Kind == "document" {
				all.documents = append(all.documents, decoded[books.Detailed](s, t.Data))
			} else {
				all.entries = append(all.entries, decoded[books.Entry](s, t.Data))
			}
		}
		after = page.Next
	}
}

func decoded[V any](s *shop, data []byte) (v V) {
	s.Helper()
	if err := json.Unmarshal(data, &v); err != nil {
		s.Fatal(err)
	}
	return v
}

// vat is the amount that is owed of a tax, with its base.
type vat struct{ Base, Owed int64 }

// vatReturn adds up the lines of the journal as a return of VAT has them.
func (t toldBooks) vatReturn() map[books.Account]vat {
	sums := map[books.Account]vat{}
	for _, e := range t.entries {
		for _, l := range e.Lines {
			if l.Account.IsTax() {
				sums[l.Account] = vat{sums[l.Account].Base + l.Base, sums[l.Account].Owed - l.Amount}
			}
		}
	}
	return sums
}

// sellsFern adds a plant for 107.00.
const sellsFern = `
catalog:
  - { sku: PL107, price: 10700, taxClass: plant, name: { en: Fern, es: Helecho }, description: { en: A fern., es: Un helecho. } }
`

// TestThePartnersBooksMakeTheVATReturn: of 107.00 at 7 percent and 119.00 at 19, the bases of 100.00 and 100.00 and the tax of 26.00, in
// the lines of the document and in the journal; what is bought and taken back adds a document and its credit note, and no tax.
func TestThePartnersBooksMakeTheVATReturn(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := startInGermany(t, engine)
		s.lays(sellsFern)
		q, made := s.buy(realOrder("Anna", "market", "DE", "products", "PL107,PT001"))
		if q.Total != 22600 {
			t.Fatalf("%+v", q)
		}
		_, regret := s.buy(realOrder("Anna", "market", "DE", "products", "PT001", "email", "regret@example.com"))
		s.arrives(made.OrderID, "STOCKED")
		s.arrives(regret.OrderID, "STOCKED")
		s.eventually("both sales are told", func() bool { return len(s.told().documents) == 2 })
		s.turn("books", map[string]any{"failureRate": 1})
		s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(regret)}).want(200)
		s.eventually("the money is given back", func() bool { return s.refunded(regret.OrderID, 1) })
		if got := s.told(); len(got.documents) > 2 {
			t.Errorf("a system that fails has %+v", got.documents[2])
		}
		s.turn("books", map[string]any{})
		var got toldBooks
		s.eventually("the bookkeeping system has both orders", func() bool {
			got = s.told()
			return len(got.documents) == 3 && got.vatReturn()["tax:DE:VAT@19"] == vat{10000, 1900}
		})
		want := map[books.Account]vat{"tax:DE:VAT@7": {10000, 700}, "tax:DE:VAT@19": {10000, 1900}}
		if diff := cmp.Diff(want, got.vatReturn()); diff != "" {
			t.Error(diff)
		}
		lines := []books.DetailLine{
			{Account: "revenue:DE:plant", Net: 10000, Taxes: []books.LineTax{{Code: "tax:DE:VAT@7", Base: 10000, Amount: 700}}},
			{Account: "revenue:DE:pot", Net: 10000, Taxes: []books.LineTax{{Code: "tax:DE:VAT@19", Base: 10000, Amount: 1900}}},
		}
		if diff := cmp.Diff(lines, got.documents[0].Lines); diff != "" {
			t.Error(diff)
		}
		if note := got.documents[2]; note.Kind != books.CreditNote || note.Corrects != got.documents[1].Number || note.Total != 11900 || note.Lines[0].Taxes[0].Amount != 1900 {
			t.Errorf("the credit note is %+v", note)
		}
		for i, e := range got.entries {
			if e.Number != int64(i+1) {
				t.Errorf("entry %d has the number %d", i+1, e.Number)
			}
		}
	})
}
