package order

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/pricing"
)

// TestWhatWasAgreedIsWhatWasQuoted: the order's page tells what the cart told, whatever the rules are by then.
func TestWhatWasAgreedIsWhatWasQuoted(t *testing.T) {
	percent, err := money.ParsePercent("10")
	if err != nil {
		t.Fatal(err)
	}
	rules := someRules(t)
	us := rules.Markets["US"]
	us.Tax = pricing.Tax{Authorities: []pricing.Authority{{Name: "GST", Treatments: []pricing.Treatment{{Percent: percent / 2}}}}}
	rules.Markets["US"] = us
	rules.Offers = map[string]Offer{
		"tenth": {Offer: pricing.Offer{Percent: percent, Code: "TEN"}, Label: map[string]string{"en": "A tenth off"}},
		"three": {Offer: pricing.Offer{When: "cart.pieces > 2", Free: pricing.Free{SKU: "B2", Quantity: 1}}},
	}
	ready(t, rules)
	d := good(func(d *Draft) { d.Products, d.Codes = "A1,B2,A1", []string{"ten", "other"} })
	q, _ := rules.quote(d, event.ParseItems("A1,B2,A1"), nil, noon, nil, &problems{})
	want := rules.present("US", q)
	want.Codes, want.RulesVersion = []quotedCode{{"TEN", pricing.CodeApplied}}, 7
	if len(want.Lines) != 3 || len(want.Offers) != 2 || len(want.Taxes) != 1 {
		t.Fatalf("%+v", want)
	}
	d.TotalPrice, d.Codes = q.Total, []string{"ten"}
	o, err := accept(rules, d)
	if err != nil {
		t.Fatal(err)
	}
	o.Rules = 7
	got := rules.quoteOf(o)
	if got == nil {
		t.Fatal("nothing was agreed")
	}
	if diff := cmp.Diff(want, *got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if rules.quoteOf(Order{Products: event.ParseItems("X")}) != nil {
		t.Error("a test order has lines")
	}
}
