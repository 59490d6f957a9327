package paper

import (
	"bytes"
	"compress/zlib"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

func on(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t
}

// invoice is one with everything.
func invoice() Document {
	return Document{
		Kind: Invoice, Number: "DE-2026-000123", Issued: on("2026-11-30"), Due: on("2026-12-30"), Supplied: on("2026-12-02"), Order: "4711",
		Seller: Party{
			Company: "ACME Pflanzen GmbH", Address: []string{"Gärtnerstraße 1", "10115 Berlin", "Germany"}, TaxIDs: []TaxID{{"VAT number", "DE123456789"}},
			Account: []string{"ACME Pflanzen GmbH", "DE02 1203 0000 0000 2020 51", "BYLADEM1001"}, Contact: "books@shop.example",
		},
		Buyer: Party{
			Name: "Zoë Müller", Company: "Gärtnerei Müller & Söhne <KG>", Address: []string{"Straße des 17. Juni 135", "10623 Berlin"},
			TaxIDs: []TaxID{{"VAT number", "DE987654321"}},
		},
		PurchaseOrder: "PO-2026/77 ñandú",
		Lines: []Line{
			{Text: "Exclusive bonsai, in a glazed pot of Talavera, with a saucer and a book about its care", Quantity: 2, UnitPrice: 25000, Off: 5000, Net: 45000, TaxCode: "A"},
			{Text: "Basic bonsai", Quantity: 1, UnitPrice: 5420, Net: 5420, TaxCode: "B"},
		},
		Taxes: []Tax{
			{Code: "A", Name: "VAT", Rate: "19", Base: 45000, Amount: 8550},
			{Code: "B", Name: "VAT", Rate: "7", Base: 5420, Amount: 379},
			{Code: "C", Name: "VAT", Base: 0, Amount: 0, Text: "Exempt from VAT under § 4 No. 1 b UStG, intra-Community supply: the buyer, who has given a valid number, owes the tax."},
		},
		Total: 59349, Paid: 20000, Open: 39349, Currency: "EUR", Language: "en",
	}
}

func credit() Document {
	return Document{
		Kind: CreditNote, Number: "MX-2026-C000004", Corrects: "MX-2026-000007", Issued: on("2027-02-01"), Order: "12", Language: "es", Currency: "MXN", PageSize: "Letter",
		Seller: Party{Company: "ACME Plantas, S.A. de C.V.", Address: []string{"Av. Reforma 1", "06600 Ciudad de México"}, TaxIDs: []TaxID{{"RFC", "XAXX010101000"}}},
		Buyer:  Party{Name: "Íñigo Peña"},
		Lines:  []Line{{Text: "Helecho frondoso", Quantity: 1, UnitPrice: 300000, Net: 300000}},
		Total:  300000, Paid: 300000, Notes: []string{"Devolución por daño."},
	}
}

func html(t *testing.T, d Document) string {
	t.Helper()
	var out strings.Builder
	if err := HTML(&out, d); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func pdf(t testing.TB, d Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := PDF(&out, d); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var (
	streams = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)
	strung  = regexp.MustCompile(`(?s)\(((?:[^\\()]|\\.)*)\) Tj`)
	escaped = regexp.MustCompile(`(?s)\\(.)`)
)

// pages are the texts of a PDF, by page, as written.
func pages(t *testing.T, file []byte) (all [][]string) {
	t.Helper()
	for _, stream := range streams.FindAllSubmatch(file, -1) {
		unpacked, err := zlib.NewReader(bytes.NewReader(stream[1]))
		if err != nil {
			continue // not a page
		}
		text, err := io.ReadAll(unpacked)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, s := range strung.FindAllSubmatch(text, -1) {
			said = append(said, decoded(s[1]))
		}
		if said != nil {
			all = append(all, said)
		}
	}
	return all
}

// decoded reads UTF-16BE, as the font of the file is numbered.
func decoded(text []byte) string {
	raw := escaped.ReplaceAllFunc(text, func(pair []byte) []byte {
		if pair[1] == 'r' {
			return []byte("\r")
		}
		return pair[1:]
	})
	var units []uint16
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}

func TestGoldenPages(t *testing.T) {
	for name, d := range map[string]Document{"invoice.html": invoice(), "credit-note.html": credit()} {
		got, file := html(t, d), filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (go test -update): -want +got\n%s", name, diff)
		}
	}
}

// TestThePDFTellsWhatThePageTells: all words of the view are in both.
func TestThePDFTellsWhatThePageTells(t *testing.T) {
	for _, d := range []Document{invoice(), credit()} {
		page, sheets := html(t, d), pages(t, pdf(t, d))
		if len(sheets) != 1 {
			t.Fatalf("%s has %d pages", d.Number, len(sheets))
		}
		said := strings.Join(sheets[0], " ")
		v := viewOf(d)
		words := append(append(append([]string{v.Title, v.Number}, v.Seller...), v.Buyer...), v.Notes...)
		for _, f := range append(v.Facts, v.Sums...) {
			words = append(words, f.Name, f.Value)
		}
		for _, r := range append(v.Rows, v.Columns) {
			words = append(words, r.Text, r.Quantity, r.Price, r.Net, r.Tax)
		}
		for _, r := range v.Taxes {
			words = append(words, r.Name, r.Base, r.Amount, r.Text)
		}
		for _, text := range words {
			for _, word := range strings.Fields(text) { // lines are wrapped
				if !strings.Contains(" "+said+" ", " "+word+" ") {
					t.Errorf("the PDF of %s lacks %q of %q:\n%s", d.Number, word, text, said)
				}
			}
			if !strings.Contains(unescaped(page), text) {
				t.Errorf("the page of %s lacks %q", d.Number, text)
			}
		}
	}
}

func unescaped(page string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(page)
}

func TestWhatAnInvoiceAsksFor(t *testing.T) {
	v := viewOf(invoice())
	want := []string{"Please transfer 393.49 EUR by December 30, 2026, and name DE-2026-000123.", "Account: ACME Pflanzen GmbH, DE02 1203 0000 0000 2020 51, BYLADEM1001"}
	if diff := cmp.Diff(want, v.Notes); diff != "" {
		t.Error(diff)
	}
	sums := []fact{{"Net", "504.20 EUR", false}, {"Taxes", "89.29 EUR", false}, {"Total", "593.49 EUR", true}, {"Paid", "200.00 EUR", false}, {"To pay", "393.49 EUR", true}}
	if diff := cmp.Diff(sums, v.Sums); diff != "" {
		t.Error(diff)
	}
	if paid := viewOf(credit()); len(paid.Notes) != 1 || paid.Sums[0] != (fact{"Total abonado", "3,000.00 MXN", true}) {
		t.Errorf("%+v", paid)
	}
}

func TestTheSameDocumentIsTheSameFile(t *testing.T) {
	if first := pdf(t, invoice()); !bytes.Equal(first, pdf(t, invoice())) {
		t.Error("two PDFs of one document differ")
	}
	if first := html(t, invoice()); first != html(t, invoice()) {
		t.Error("two pages of one document differ")
	}
}

// TestALongTableGoesOn: each line is there once, in order, and each page says which document it is of, and which page.
func TestALongTableGoesOn(t *testing.T) {
	d := invoice()
	d.Lines = nil
	for n := range 100 {
		d.Lines = append(d.Lines, Line{Text: fmt.Sprintf("plant number %d", n), Quantity: 1, UnitPrice: 100, Net: 100})
	}
	sheets := pages(t, pdf(t, d))
	if len(sheets) < 3 {
		t.Fatalf("%d pages", len(sheets))
	}
	next := 0
	for i, sheet := range sheets {
		said := "|" + strings.Join(sheet, "|") + "|"
		if !strings.Contains(said, fmt.Sprintf("|Page %d of %d|", i+1, len(sheets))) {
			t.Errorf("page %d does not say so: %s", i+1, said)
		}
		if i > 0 && !strings.Contains(said, "|Invoice DE-2026-000123, continued|What|Pieces|Price|Net|Tax|") && next < 100 {
			t.Errorf("page %d has no heading: %s", i+1, said)
		}
		for strings.Contains(said, fmt.Sprintf("|plant number %d|", next)) {
			next++
		}
	}
	if next != 100 {
		t.Errorf("line %d is missing", next)
	}
}

// TestNastyTexts: whatever customers write, the document is written, within the page.
func TestNastyTexts(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("W", 500), strings.Repeat("long words ", 2000), "日本語 🌵", "a\x00b\xff\u202ec", "cafe\u0301 — “€” Łódź Ωμέγα", ") Tj (\\", "<script>alert(1)</script>",
	} {
		d := invoice()
		d.Buyer.Name, d.Lines[0].Text, d.PurchaseOrder, d.Taxes[0].Text, d.Seller.Company = text, text, text, text, text
		d.Taxes[0].Name = text
		file := pdf(t, d)
		if strings.Contains(html(t, d), "<script>") {
			t.Error("a script is on the page")
		}
		if text == "cafe\u0301 — “€” Łódź Ωμέγα" && !strings.Contains(fmt.Sprint(pages(t, file)), "café — “€” Łódź Ωμέγα") {
			t.Errorf("%q", pages(t, file))
		}
	}
}

func TestDocumentsThatCannotBeWritten(t *testing.T) {
	for want, change := range map[string]func(*Document){
		`no kind "bill"`:     func(d *Document) { d.Kind = "bill" },
		"needs a number":     func(d *Document) { d.Number = "" },
		"on which it was":    func(d *Document) { d.Issued = time.Time{} },
		`no currency "XXX"`:  func(d *Document) { d.Currency = "XXX" },
		`no page size "B7"`:  func(d *Document) { d.PageSize = "B7" },
		"at most 2000 lines": func(d *Document) { d.Lines = make([]Line, maxLines+1) },
	} {
		d := invoice()
		change(&d)
		if err := PDF(io.Discard, d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if err := HTML(io.Discard, d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func BenchmarkPDF(b *testing.B) {
	for b.Loop() {
		pdf(b, invoice())
	}
}
