package rules_test

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// TestNothingIsUntaxedInSilence: new rules say how each market and product is taxed. Stored ones, which earlier releases took
// without, are read as before.
func TestNothingIsUntaxedInSilence(t *testing.T) {
	text := string(rules.Default)
	_, mexico, _ := strings.Cut(text, "    address: { country: MX, required: pages, fields: [neighborhood] } # the colonia\n")
	mexico, _, _ = strings.Cut(mexico, "\ncustomerTypes:")
	for name, c := range map[string]struct{ old, new, want string }{
		"a market":                    {mexico, "", "markets.MX.tax: is missing: without it no one has said how the market is taxed"},
		"a product":                   {"    taxClass: plant\n", "", "catalog[0].taxClass: is missing: without it no one has said how the product is taxed"},
		"a product without a rate":    {mexico, "    tax: { rates: [ { name: IVA, percent: \"16\", categories: [tree] } ] }\n", "markets.MX.tax.rates: none is for LB002 and B2C customers"},
		"a customer without a rate":   {mexico, "    tax: { rates: [ { name: IVA, percent: \"16\", customerTypes: [B2B] } ] }\n", "markets.MX.tax.rates: none is for LB001 and B2C customers"},
		"no authority that is owed":   {mexico, "    tax: { included: true }\n", "markets.MX.tax: must have rates or authorities"},
		"what is not owed, unspoken":  {", text: { en: No IVA is charged, es: No se cobra IVA }", "", "treatments[0].text: is missing: a bill must say why nothing is owed"},
		"what is not owed, in a word": {", es: No se cobra IVA", "", `has no text for "es"`},
	} {
		changed := strings.Replace(text, c.old, c.new, 1)
		if changed == text {
			t.Fatalf("%q is not in the file", c.old)
		}
		changed = strings.Replace(changed, "sku: LB001", "sku: LB001\n    category: tree", 1)
		if _, err := rules.Check([]byte(changed), app.Providers, time.Now()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if set, err := rules.Parse([]byte(changed)); err != nil || len(set.Orders.Markets) != 2 {
			t.Errorf("%s, stored: %v", name, err)
		}
	}
}

// TestDocumentsOfTaxes: customers are asked for what a document needs, and its last day is a day.
func TestDocumentsOfTaxes(t *testing.T) {
	text, err := examples.Over(rules.Default, "canada")
	if err != nil {
		t.Fatal(err)
	}
	for old, c := range map[string]struct{ new, want string }{
		"number: pstNumber":       {"number: permit", `document.number: no customer type is asked for "permit"`},
		"authority: pstAuthority": {"authority: crown", `document.authority: no customer type is asked for "crown"`},
		"until: pstUntil":         {"until: pstNumber", "document.until: pstNumber must be a detail with the check date"},
	} {
		changed := strings.Replace(string(text), old, c.new, 1)
		if _, err := rules.Check([]byte(changed), app.Providers, time.Now()); changed == string(text) || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.new, err, c.want)
		}
	}
}

// TestJurisdictionsOfTaxes: what they name is there, and each of them is taxed.
func TestJurisdictionsOfTaxes(t *testing.T) {
	text, err := examples.Over(rules.Default, "canada")
	if err != nil {
		t.Fatal(err)
	}
	tax := func(what string) string { return "markets: { CA: { tax: { " + what + " } } }" }
	here := func(what string) string {
		return tax(`defaultJurisdiction: BC, jurisdictions: [ { name: BC, regions: [BC] }, ` + what + ` ], authorities: [ { name: GST, treatments: [ { percent: "5" } ] } ]`)
	}
	authority := func(what string) string { return tax("authorities: [ { name: GST, " + what + " } ]") }
	for over, want := range map[string]string{
		here(`{ name: AB, regions: [AB] }`):                                                    "",
		here(`{ name: AB, regions: [XX] }`):                                                    `there is no region with the code "XX"`,
		here(`{ name: BC, regions: [AB] }`):                                                    "BC is there twice",
		here(`{ name: AB }`):                                                                   "must have regions or postalCodes",
		here(`{ name: AB, postalCodes: [T9-S1] }`):                                             "is not from one beginning to a later one",
		tax("defaultJurisdiction: TX"):                                                         "defaultJurisdiction: must be one of",
		authority(`point: hand-over, treatments: [ { percent: "5" } ]`):                        `authorities[0].point: must be one of "order", "payment", "delivery"`,
		authority(`jurisdictions: [TX], treatments: [ { percent: "5" } ]`):                     `authorities[0].jurisdictions[0]: there is no jurisdiction "TX"`,
		authority(`treatments: [ { percent: "5", jurisdictions: [TX] }, { percent: "5" } ]`):   `treatments[0].jurisdictions[0]: there is no jurisdiction "TX"`,
		authority(`jurisdictions: [BC], treatments: [ { percent: "5" } ]`):                     "no authority is for AB",
		authority(`treatments: [ { percent: "5", jurisdictions: [AB, BC, MB, NS, QC, SK] } ]`): "GST has no treatment of LB001",
		"markets: { MX: { tax: { defaultJurisdiction: MX } } }":                                "defaultJurisdiction: must be one of",
	} {
		changed, err := examples.Lay(text, []byte(over))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rules.Check(changed, app.Providers, time.Now()); (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", over, err, want)
		}
		if _, err := rules.Parse(changed); err != nil {
			t.Errorf("%s, stored: %v", over, err)
		}
	}
}
