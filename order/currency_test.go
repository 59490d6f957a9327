package order

import (
	"strings"
	"testing"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/pricing"
)

// TestThePriceOfManyPiecesByTheCatalog: each piece is rounded in the market's currency, so that the sum changed back can be off
// by a cent or more. Whoever adds up the catalog's prices is right all the same, as long as they are all that is to be paid.
func TestThePriceOfManyPiecesByTheCatalog(t *testing.T) {
	rules := someRules(t)
	rate, err := money.ParseRate("0.9")
	if err != nil {
		t.Fatal(err)
	}
	rules.Markets["DE"] = Market{Currency: "EUR", Rate: &rate, Language: "de", Zone: noon.Location(), Provider: "us"}
	rules.CustomerTypes["B2C"] = CustomerType{PaysAtOnce: true, Markets: []string{"DE", "MX", "US"}}
	rules.Catalog[0].Price.Minor = 9 // 8.1 cents
	ready(t, rules)
	d := good(func(d *Draft) { d.Market, d.Products, d.TotalPrice = "DE", "A1,A1,A1,A1,A1,A1,A1", 63 })
	o, err := accept(rules, d)
	if err != nil || o.Total != (money.Amount{Minor: 56, Currency: "EUR"}) || o.CatalogTotal() != 62 {
		t.Fatalf("%v (%d), %v", o.Total, o.CatalogTotal(), err)
	}
	d.TotalPrice = 62
	if _, err := accept(rules, d); err != nil {
		t.Error(err)
	}
	de := rules.Markets["DE"]
	de.Tax = pricing.Tax{Authorities: []pricing.Authority{{Name: "VAT", Treatments: []pricing.Treatment{{Percent: money.Hundred / 2}}}}}
	rules.Markets["DE"] = de
	ready(t, rules)
	d.TotalPrice = 63
	if _, err := accept(rules, d); fieldsOf(err) != "totalPrice" {
		t.Errorf("with a tax that is added: %v", err)
	}
}

// TestAWrongPriceIsToldInBothCurrencies, and what was sent.
func TestAWrongPriceIsToldInBothCurrencies(t *testing.T) {
	_, err := accept(someRules(t), good(inMexico, func(d *Draft) { d.Currency = "" }))
	p := fault.ProblemOf(err)
	const want = "must be 27501 (USD 275.01), or 477142 (MXN 4771.42) with the currency MXN; it is 477142 (USD 4771.42)"
	if len(p.Errors) != 1 || p.Errors[0] != (fault.Field{Name: "totalPrice", Detail: want}) || p.Status != 400 {
		t.Errorf("%+v", p)
	}
	if _, err = accept(someRules(t), good(func(d *Draft) { d.TotalPrice++ })); !strings.Contains(fault.ProblemOf(err).Errors[0].Detail, "must be 27501 (USD 275.01); it is 27502 (USD 275.02)") {
		t.Errorf("%+v", fault.ProblemOf(err))
	}
}

// TestAgainKeepsThePriceOfATestOrder, also when the market's currency has changed since.
func TestAgainKeepsThePriceOfATestOrder(t *testing.T) {
	rules := someRules(t)
	o, err := accept(rules, good(test("ZZ", 1001), func(d *Draft) { d.Market, d.Currency = "MX", "MXN" }))
	if err != nil {
		t.Fatal(err)
	}
	o.CreatedAt = noon
	for currency, want := range map[money.Currency]int64{"MXN": 1001, "USD": 58} { // 1001 / 17.35 = 57.69
		mx := rules.Markets["MX"]
		if mx.Currency = currency; currency == "USD" {
			mx.Rate = nil
		}
		rules.Markets = map[string]Market{"MX": mx, "US": rules.Markets["US"]}
		again, err := ready(t, rules).Recreate(o, nil)
		if err != nil || again.Total != (money.Amount{Minor: want, Currency: currency}) {
			t.Errorf("in %s it costs %v, %v; want %d", currency, again.Total, err, want)
		}
		rules = someRules(t)
	}
}
