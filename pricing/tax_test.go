package pricing

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/event"
)

func rated(rate string, more ...string) Treatment {
	return Treatment{Kind: TaxRate, Percent: percent(rate), Classes: more}
}

// germany has two classes of plants and pots, and reverse charge for organizations with a tax id.
func germany(keepGross bool) Tax {
	return Tax{Included: true, KeepGross: keepGross, Authorities: []Authority{{Name: "VAT", Treatments: []Treatment{
		{Kind: ReverseCharge, CustomerTypes: []string{"B2B"}, Needs: "vatId"}, rated("7", "plant"), rated("19", "pot"),
	}}}}
}

// mexico taxes plants with nothing.
var mexico = Tax{Included: true, Authorities: []Authority{{Name: "IVA", Treatments: []Treatment{{Kind: TaxZero, Classes: []string{"plant"}}, rated("16")}}}}

// selling is a shop with a plant and a pot at prices that a market has.
func selling(t testing.TB, tax Tax, plant, pot int64) *Set {
	t.Helper()
	set, problems := Compile(Spec{
		Products:      []Product{{SKU: "PLANT", TaxClass: "plant"}, {SKU: "POT", TaxClass: "pot"}},
		Markets:       map[string]Market{"M": {Currency: "EUR", Language: "en", Zone: time.UTC, Prices: map[string]int64{"PLANT": plant, "POT": pot}, Tax: tax}},
		CustomerTypes: map[string][]string{"B2C": {"M"}, "B2B": {"M"}},
		MaxPieces:     20, Now: saturday,
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

// TestOneTreatmentOfEachAuthorityCounts: the numbers of a month's books.
func TestOneTreatmentOfEachAuthorityCounts(t *testing.T) {
	private, company := Cart{CustomerType: "B2C"}, Cart{CustomerType: "B2B", Details: map[string]string{"vatId": "ATU12345678"}}
	vat := func(rate string, base, amount int64) event.Tax {
		return event.Tax{Name: "VAT", Rate: rate, Included: true, Treatment: "rate", Base: base, Amount: amount}
	}
	reversed := event.Tax{Name: "VAT", Rate: "0", Included: true, Treatment: "reverse-charge", Base: 10000, Relief: 1900}
	old := Treatment{Kind: TaxRate, Percent: percent("16"), Until: clock("2026-11-28T12:00")}
	for name, c := range map[string]struct {
		tax        Tax
		plant, pot int64
		who        Cart
		pieces     string
		total      int64
		taxes      []event.Tax
	}{
		"a plant and a pot in Germany":   {germany(false), 10700, 11900, private, "PLANT,POT", 22600, []event.Tax{vat("7", 10000, 700), vat("19", 10000, 1900)}},
		"a company that owes the tax":    {germany(false), 10700, 11900, company, "POT", 10000, []event.Tax{reversed}},
		"one without a tax id":           {germany(false), 10700, 11900, Cart{CustomerType: "B2B"}, "POT", 11900, []event.Tax{vat("19", 10000, 1900)}},
		"a shop that keeps gross prices": {germany(true), 10700, 11900, company, "POT", 11900, []event.Tax{{Name: "VAT", Rate: "0", Included: true, Treatment: "reverse-charge", Base: 11900}}},
		"a plant in Mexico":              {mexico, 300000, 11600, private, "PLANT", 300000, []event.Tax{{Name: "IVA", Rate: "0", Included: true, Treatment: "zero", Base: 300000}}},
		"a pot in Mexico":                {mexico, 300000, 11600, private, "POT", 11600, []event.Tax{{Name: "IVA", Rate: "16", Included: true, Treatment: "rate", Base: 10000, Amount: 1600}}},
		"a rate that ended at this moment": {Tax{Authorities: []Authority{{Name: "VAT", Treatments: []Treatment{old, rated("19")}}}}, 100, 10000, private, "POT", 11900,
			[]event.Tax{{Name: "VAT", Rate: "19", Treatment: "rate", Base: 10000, Amount: 1900}}},
	} {
		c.who.Market, c.who.Items, c.who.Now = "M", event.ParseItems(c.pieces), saturday
		q, err := selling(t, c.tax, c.plant, c.pot).Quote(c.who, nil)
		if diff := cmp.Diff(c.taxes, q.Taxes); err != nil || q.Total != c.total || diff != "" {
			t.Errorf("%s: %d, want %d; %v\n%s", name, q.Total, c.total, err, diff)
		}
	}
}

// TestALineSaysItsClassAndWhenItsTaxesFallDue, as its order does of each tax: what the books go by.
func TestALineSaysItsClassAndWhenItsTaxesFallDue(t *testing.T) {
	usual := Authority{Name: "VAT", Treatments: []Treatment{rated("7", "plant"), rated("19", "pot")}}
	late := Authority{Name: "levy", Point: event.PointDelivery, Treatments: []Treatment{rated("1", "pot"), {Kind: TaxZero}}}
	q, err := selling(t, Tax{Authorities: []Authority{usual, late}}, 10000, 2000).Quote(Cart{Market: "M", CustomerType: "B2C", Items: event.ParseItems("PLANT,POT"), Now: saturday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, class := range []string{"plant", "pot"} {
		l := q.Lines[i]
		if l.Class != class || l.Taxes[0].DueAt() != event.PointPayment || l.Taxes[1].DueAt() != event.PointDelivery {
			t.Errorf("%+v", l)
		}
	}
	for _, x := range q.Taxes {
		if want := map[string]string{"VAT": event.PointPayment, "levy": event.PointDelivery}[x.Name]; x.DueAt() != want {
			t.Errorf("%s falls due at %s, want %s", x.Key(), x.DueAt(), want)
		}
	}
}

// TestAnExemptionByDocument holds to the end of its last day, on the market's clock, for those who give all of it.
func TestAnExemptionByDocument(t *testing.T) {
	tax := Tax{Authorities: []Authority{
		{Name: "GST", Treatments: []Treatment{rated("5")}},
		{Name: "PST", Treatments: []Treatment{{Kind: TaxExempt, Document: Document{"number", "issuer", "until"}}, rated("7")}},
	}}
	set := selling(t, tax, 21000, 1)
	midnight := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) // as of the market
	for _, c := range []struct {
		number, issuer, until string
		now                   time.Time
		pst                   int64
	}{
		{"", "", "", midnight, 1470},
		{"PST-1", "BC", "2026-12-01", midnight, 0},
		{"PST-1", "BC", "2026-11-30", midnight, 1470},
		{"PST-1", "BC", "2026-11-30", midnight.Add(-time.Second), 0},
		{"PST-1", "", "2026-12-01", midnight, 1470},
		{"PST-1", "BC", "", midnight, 1470},
	} {
		q, err := set.Quote(Cart{
			Market: "M", CustomerType: "B2B", Items: event.ParseItems("PLANT"), Now: c.now,
			Details: map[string]string{"number": c.number, "issuer": c.issuer, "until": c.until},
		}, nil)
		if err != nil || q.Taxes[0].Amount != 1050 || q.Taxes[1].Amount != c.pst || q.Taxes[1].Base != 21000 {
			t.Errorf("%+v: %+v, %v", c, q.Taxes, err)
		}
	}
}

// TestAPercentageIsOfTheSum: twenty lines of 1.05 at ten percent are 2.10 less, not 2.20.
func TestAPercentageIsOfTheSum(t *testing.T) {
	spec := shop(map[string]Offer{"ten": {Percent: percent("10")}})
	c := Cart{Market: "US", CustomerType: "B2C", Now: saturday}
	for i := range 20 {
		sku := string(rune('a' + i))
		spec.Products = append(spec.Products, Product{SKU: sku})
		spec.Markets["US"].Prices[sku] = 105
		c.Items = append(c.Items, event.Item{SKU: sku, Quantity: 1})
	}
	set, problems := Compile(spec)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if q, err := set.Quote(c, nil); err != nil || q.Total != 2100-210 || q.Offers[0].Amount != 210 {
		t.Errorf("%d, %+v, %v", q.Total, q.Offers, err)
	}
}

// TestBasesAndTaxesAreTheTotal, of each line and authority, to the smallest coin, whoever buys.
func TestBasesAndTaxesAreTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tax := rapid.SampledFrom([]Tax{germany(false), germany(true), mexico, {Authorities: []Authority{
			{Name: "GST", Treatments: []Treatment{rated("5")}}, {Name: "QST", Treatments: []Treatment{{Kind: TaxExempt, CustomerTypes: []string{"B2B"}}, rated("9.975")}},
		}}}).Draw(t, "tax")
		tax.Rounding = Rounding{rapid.Bool().Draw(t, "invoice"), rapid.Bool().Draw(t, "combined"), rapid.SampledFrom(RoundingModes()).Draw(t, "mode")}
		set, problems := Compile(Spec{
			Products: []Product{{SKU: "PLANT", TaxClass: "plant"}, {SKU: "POT", TaxClass: "pot"}},
			Markets: map[string]Market{"M": {Currency: "EUR", Language: "en", Zone: time.UTC, Tax: tax, Prices: map[string]int64{
				"PLANT": rapid.Int64Range(1, 99999).Draw(t, "plant"), "POT": rapid.Int64Range(1, 99999).Draw(t, "pot"),
			}}},
			CustomerTypes: map[string][]string{"B2C": {"M"}, "B2B": {"M"}},
			Offers:        map[string]Offer{"off": {Percent: percent("12.5")}}, MaxPieces: 20, Now: saturday,
		})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		c := Cart{Market: "M", CustomerType: rapid.SampledFrom([]string{"B2C", "B2B"}).Draw(t, "type"), Details: map[string]string{"vatId": "X"}, Now: saturday}
		c.Items = event.Items{{SKU: "PLANT", Quantity: rapid.Int64Range(1, 9).Draw(t, "plants")}, {SKU: "POT", Quantity: rapid.Int64Range(1, 9).Draw(t, "pots")}}
		q, err := set.Quote(c, nil)
		if err != nil {
			t.Fatal(err)
		}
		var total, kept int64
		for _, l := range q.Lines {
			amounts := int64(0)
			for _, x := range l.Taxes {
				amounts += x.Amount
			}
			for _, x := range l.Taxes {
				if l.Total != x.Base+amounts || len(l.Taxes) != len(tax.Authorities) {
					t.Fatalf("line %+v", l)
				}
			}
			total += l.Total
		}
		for _, x := range q.Taxes {
			kept += x.Base + x.Amount*int64(len(tax.Authorities))
		}
		if total != q.Total || kept != q.Total*int64(len(tax.Authorities)) {
			t.Fatalf("total %d; lines %d; taxes %+v", q.Total, total, q.Taxes)
		}
	})
}
