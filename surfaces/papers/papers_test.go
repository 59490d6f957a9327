package papers_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/books"
	"acme.example/webshop/books/paper"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/rules"
	"acme.example/webshop/surfaces/papers"
)

var day = time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)

func builtIn(t *testing.T) *rules.Set {
	t.Helper()
	set, err := rules.Check(rules.Default, app.Providers, day)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func business(t *testing.T, set *rules.Set) order.Order {
	t.Helper()
	o, err := set.Orders.Accept(order.Draft{
		Name: "Zoë", Email: "z@example.com", Phone: "+12125550100", Street: "1 Wall Street", City: "New York", CustomerType: "B2B", Market: "US",
		Products: "LB001,LB001,EX002", TotalPrice: 80000, OrgNumber: "12-3456789", Details: map[string]string{"purchaseOrder": "PO 7"}, Language: "es",
		Address: order.Address{PostalCode: "10005", Region: "NY", Company: "Firm", RecipientName: "The porter"},
	}, day, func(string, error) {})
	if err != nil {
		t.Fatal(err)
	}
	o.ID = 4711
	return o
}

var seller = paper.Party{Company: "ACME Corp."}

func written(t *testing.T, d paper.Document) {
	t.Helper()
	if err := paper.PDF(io.Discard, d); err != nil {
		t.Error(err)
	}
}

func TestAnInvoiceTellsWhatWasAgreed(t *testing.T) {
	set := builtIn(t)
	d := papers.Of(business(t, set), papers.Issued{Kind: paper.Invoice, Number: "US-2026-000001", Day: day, Due: day.AddDate(0, 0, 30), Total: 80000}, set, seller)
	want := paper.Document{
		Kind: paper.Invoice, Number: "US-2026-000001", Issued: day, Due: day.AddDate(0, 0, 30), Order: "4711", Seller: seller,
		Buyer:         paper.Party{Name: "Zoë", Company: "Firm", Address: []string{"1 Wall Street", "New York, NY 10005"}, TaxIDs: []paper.TaxID{{Number: "123456789"}}},
		PurchaseOrder: "PO 7", Total: 80000, Open: 80000, Currency: "USD", Language: "es", PageSize: "Letter",
		Lines: []paper.Line{
			{Text: "Bonsái exclusivo", Quantity: 1, UnitPrice: 50000, Net: 50000, TaxCode: "A"},
			{Text: "Helecho frondoso", Quantity: 2, UnitPrice: 15000, Net: 30000, TaxCode: "A"},
		},
		Taxes: []paper.Tax{{Code: "A", Name: "Sales-tax", Base: 80000, Text: "No se cobra impuesto sobre ventas"}},
	}
	want.Seller.Contact = set.Mail.Markets["US"].Contact.Email
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	written(t, d)
}

func TestTaxesStandByTheirLines(t *testing.T) {
	set := builtIn(t)
	o := business(t, set)
	line := func(net, tax int64, rate, treatment string) event.Line {
		return event.Line{SKU: "LB001", Quantity: 1, UnitPrice: net + tax, Tax: tax, Total: net + tax, Taxes: []event.LineTax{{Name: "VAT", Treatment: treatment, Rate: rate}}}
	}
	o.Terms.Lines = []event.Line{line(10000, 1900, "19", "rate"), line(10000, 700, "7", "rate"), line(10000, 0, "0", "out-of-scope")}
	o.Terms.Taxes = []event.Tax{
		{Name: "VAT", Rate: "0", Treatment: "out-of-scope", Base: 10000}, {Name: "VAT", Rate: "19", Treatment: "rate", Base: 10000, Amount: 1900, Included: true},
		{Name: "VAT", Rate: "7", Treatment: "rate", Base: 10000, Amount: 700, Included: true},
	}
	d := papers.Of(o, papers.Issued{Kind: paper.Receipt, Number: "1", Day: day, Total: 32600, Tax: 2600}, set, seller)
	var lines []string
	var net, base, amount int64
	for _, l := range d.Lines {
		lines, net = append(lines, l.TaxCode), net+l.Net
	}
	for _, tax := range d.Taxes {
		base, amount = base+tax.Base, amount+tax.Amount
	}
	if diff := cmp.Diff([]string{"A", "B", ""}, lines); diff != "" || !d.TaxIncluded || net != 30000 || base != 20000 || amount != 2600 || d.Paid != 32600 || d.Open != 0 {
		t.Errorf("%s%+v", diff, d)
	}
	written(t, d)
}

// TestAnOrderWithoutLines has one line of all its plants, whose amounts are those of the books.
func TestAnOrderWithoutLines(t *testing.T) {
	set := builtIn(t)
	o := business(t, set)
	o.Terms.Lines = nil
	d := papers.Of(o, papers.Issued{Kind: paper.Receipt, Number: "1", Day: day, Total: 80000, Tax: 5000}, set, seller)
	if want := []paper.Line{{Text: "2 × Helecho frondoso, 1 × Bonsái exclusivo", Quantity: 1, UnitPrice: 75000, Net: 75000}}; cmp.Diff(want, d.Lines) != "" {
		t.Error(cmp.Diff(want, d.Lines))
	}
}

// TestACreditNoteTellsWhatIsGivenBack, of each tax.
func TestACreditNoteTellsWhatIsGivenBack(t *testing.T) {
	set := builtIn(t)
	o := business(t, set)
	o.Terms.Taxes = []event.Tax{
		{Name: "VAT", Rate: "7", Treatment: "rate", Base: 10000, Amount: 700, Included: true}, {Name: "VAT", Rate: "19", Treatment: "rate", Base: 57227, Amount: 10873, Included: true},
	}
	d := papers.Of(o, papers.Issued{
		Kind: paper.CreditNote, Number: "C1", Corrects: "1", Day: day, Total: 22600, Tax: 2600,
		Back: []books.LineTax{{Code: "tax:US:VAT@19", Base: 10000, Amount: 1900}, {Code: "tax:US:VAT@7", Base: 10000, Amount: 700}},
	}, set, seller)
	want := []paper.Tax{{Name: "VAT", Rate: "7", Base: 10000, Amount: 700}, {Name: "VAT", Rate: "19", Base: 10000, Amount: 1900}}
	if cmp.Diff(want, d.Taxes) != "" || d.Lines != nil || d.Corrects != "1" || d.Total != 22600 {
		t.Errorf("%+v", d)
	}
	written(t, d)
}

// TestTheSellerIsTheCompanyOfTheRules, with what an invoice must name.
func TestTheSellerIsTheCompanyOfTheRules(t *testing.T) {
	set := builtIn(t)
	set.Orders.Books = order.Books{
		Company: "ACME GmbH", Address: []string{"1 Fern Street", "10115 Berlin"}, TaxIDs: []order.TaxID{{Label: "VAT ID", Number: "DE123456789"}}, BankAccount: []string{"IBAN 1"},
	}
	documents := []books.Document{{Series: "US-2026-", Number: 7, Kind: books.Invoice, Day: "2026-11-30", Due: "2026-12-30", Total: 80000, Currency: "USD"}}
	d, _, err := papers.Find(business(t, set), documents, "", set, nil)
	want := paper.Party{
		Company: "ACME GmbH", Address: []string{"1 Fern Street", "10115 Berlin"}, TaxIDs: []paper.TaxID{{Label: "VAT ID", Number: "DE123456789"}}, Account: []string{"IBAN 1"},
		Contact: d.Seller.Contact,
	}
	if err != nil || cmp.Diff(want, d.Seller) != "" {
		t.Errorf("%v %s", err, cmp.Diff(want, d.Seller))
	}
	var page strings.Builder
	if err := paper.HTML(&page, d); err != nil || !strings.Contains(page.String(), "DE123456789") || !strings.Contains(page.String(), "IBAN 1") || !strings.Contains(page.String(), "10115 Berlin") {
		t.Errorf("%v %s", err, page.String())
	}
}

// nothing is taken back of any tax.
func nothing(books.Document) ([]books.LineTax, error) { return nil, nil }

func TestDocumentsOfTheBooksAreFound(t *testing.T) {
	set := builtIn(t)
	o := business(t, set)
	documents := []books.Document{
		{Series: "US-2026-", Number: 7, Kind: books.Invoice, Day: "2026-11-30", Due: "2026-12-30", Total: 80000, Currency: "USD"},
		{Series: "US-2026-C", Number: 1, Kind: books.CreditNote, Day: "2026-12-01", Total: 15000, Currency: "USD"},
	}
	for number, want := range map[string]paper.Document{
		"":                {Number: "US-2026-000007", Kind: paper.Invoice, Issued: day, Due: day.AddDate(0, 0, 30), Total: 80000},
		"US-2026-000007":  {Number: "US-2026-000007", Kind: paper.Invoice, Issued: day, Due: day.AddDate(0, 0, 30), Total: 80000},
		"US-2026-C000001": {Number: "US-2026-C000001", Kind: paper.CreditNote, Corrects: "US-2026-000007", Issued: day.AddDate(0, 0, 1), Total: 15000},
	} {
		d, found, err := papers.Find(o, documents, number, set, nothing)
		if !found || err != nil || d.Number != want.Number || d.Kind != want.Kind || d.Corrects != want.Corrects || d.Issued != want.Issued || d.Due != want.Due || d.Total != want.Total || d.Seller.Company == "" {
			t.Errorf("%q: %+v, %v, %v", number, d, found, err)
		}
		written(t, d)
	}
	if _, found, err := papers.Find(o, documents, "US-2026-000008", set, nothing); found || err != nil {
		t.Error(found, err)
	}
	documents[0].Day = "yesterday"
	if _, _, err := papers.Find(o, documents, "", set, nothing); err == nil {
		t.Error("a day that is none was read")
	}
}

// TestAChargeIsALine, by its name in the rules, or by its own.
func TestAChargeIsALine(t *testing.T) {
	set := builtIn(t)
	o := business(t, set)
	o.Terms.Lines = append(o.Terms.Lines, event.Line{Charge: "shipping", Quantity: 1, UnitPrice: 500, Total: 500})
	d := papers.Of(o, papers.Issued{Kind: paper.Receipt, Number: "1", Day: day, Total: 80500}, set, seller)
	if last := d.Lines[len(d.Lines)-1]; last.Text != "shipping" || last.Net != 500 {
		t.Errorf("%+v", d.Lines)
	}
}
