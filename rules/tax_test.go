package rules_test

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
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
