package pricing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
)

// TestAGiftIsPaidForWithWhatItComesWith: a plant for 100.00 with 7 percent in it, and a free pot worth 20.00 with 19.
func TestAGiftIsPaidForWithWhatItComesWith(t *testing.T) {
	spec := with(t, germany(false), 10000, 2000, func(*Market) {})
	spec.Offers = map[string]Offer{"pot": {Free: Free{"POT", 1}}}
	q := quoted(t, spec, Cart{Items: event.ParseItems("PLANT")})
	tax := func(rate string, base, amount int64) event.LineTax {
		return event.LineTax{Name: "VAT", Treatment: "rate", Rate: rate, Base: base, Amount: amount}
	}
	want := []event.Line{
		{SKU: "PLANT", Class: "plant", Quantity: 1, UnitPrice: 10000, Off: []event.Off{{Offer: "pot", Amount: 1667, Gift: "POT"}}, Tax: 545, Total: 8333, Taxes: []event.LineTax{tax("7", 7788, 545)}},
		{SKU: "POT", Class: "pot", Quantity: 1, UnitPrice: 2000, Gift: true, Off: []event.Off{{Offer: "pot", Amount: 333, Gift: "POT"}}, Tax: 266, Total: 1667, Taxes: []event.LineTax{tax("19", 1401, 266)}},
	}
	if diff := cmp.Diff(want, q.Lines); diff != "" || q.Total != 10000 || q.Subtotal != 12000 {
		t.Errorf("%d of %d\n%s", q.Total, q.Subtotal, diff)
	}
}

// TestOfAGroupTheBestOfferCounts, the first of equal ones; one that does not count excludes no other.
func TestOfAGroupTheBestOfferCounts(t *testing.T) {
	ten, five := Offer{Percent: percent("10"), Group: "one"}, Offer{Amount: "500", When: "cart.subtotal > 500", Group: "one"}
	free := Offer{Free: Free{"POT", 1}, Group: "one"}
	for name, c := range map[string]struct {
		offers map[string]Offer
		pieces string
		off    []event.Off
	}{
		"the percentage takes more":   {map[string]Offer{"ten": ten, "five": five}, "PLANT", []event.Off{{Offer: "ten", Amount: 1000}}},
		"the amount takes more":       {map[string]Offer{"ten": ten, "five": five}, "POT", []event.Off{{Offer: "five", Amount: 500}}},
		"equal: first by name":        {map[string]Offer{"b": ten, "a": {Percent: percent("10"), Group: "one"}}, "PLANT", []event.Off{{Offer: "a", Amount: 1000}}},
		"equal: first by priority":    {map[string]Offer{"b": {Percent: percent("10"), Group: "one", Priority: 1}, "a": ten}, "PLANT", []event.Off{{Offer: "b", Amount: 1000}}},
		"a gift takes off its price":  {map[string]Offer{"ten": ten, "free": free}, "PLANT", []event.Off{{Offer: "free", Amount: 2000, Gift: "POT"}}},
		"two groups, and one without": {map[string]Offer{"a": ten, "b": {Percent: percent("50"), Group: "two"}, "c": {Percent: percent("10")}}, "PLANT", []event.Off{{Offer: "a", Amount: 1000}, {Offer: "b", Amount: 4500}, {Offer: "c", Amount: 450}}},
		"a loser excludes no one":     {map[string]Offer{"five": {Amount: "500", When: "cart.subtotal > 500", Group: "one", Excludes: []string{"x"}}, "ten": ten, "x": {Percent: percent("50")}}, "PLANT", []event.Off{{Offer: "ten", Amount: 1000}, {Offer: "x", Amount: 4500}}},
		"a winner does":               {map[string]Offer{"five": five, "ten": {Percent: percent("10"), Group: "one", Excludes: []string{"x"}}, "x": {Percent: percent("50")}}, "PLANT", []event.Off{{Offer: "ten", Amount: 1000}}},
	} {
		spec := with(t, Tax{}, 10000, 2000, func(*Market) {})
		spec.Offers = c.offers
		if diff := cmp.Diff(c.off, quoted(t, spec, Cart{Items: event.ParseItems(c.pieces)}).Offers); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestOffersTakeOffNoMoreThanTheMarketAllows: they are cut in their order, and a gift that costs more than is left is not given.
func TestOffersTakeOffNoMoreThanTheMarketAllows(t *testing.T) {
	for name, c := range map[string]struct {
		most   string
		offers map[string]Offer
		off    []event.Off
	}{
		"the second is cut":    {"30", map[string]Offer{"a": {Percent: percent("20")}, "b": {Percent: percent("20")}}, []event.Off{{Offer: "a", Amount: 2400}, {Offer: "b", Amount: 1200}}},
		"and then the third":   {"20", map[string]Offer{"a": {Percent: percent("20")}, "b": {Percent: percent("20")}, "c": {Nth: 2, Percent: percent("100")}}, []event.Off{{Offer: "a", Amount: 2400}}},
		"priority comes first": {"30", map[string]Offer{"a": {Percent: percent("20")}, "b": {Percent: percent("20"), Priority: 1}}, []event.Off{{Offer: "b", Amount: 2400}, {Offer: "a", Amount: 1200}}},
		"every second":         {"5", map[string]Offer{"c": {Nth: 2, Percent: percent("100")}}, []event.Off{{Offer: "c", Amount: 600}}},
		"a gift fits":          {"20", map[string]Offer{"g": {Free: Free{"POT", 1}}}, []event.Off{{Offer: "g", Amount: 2000, Gift: "POT"}}},
		"a gift does not fit":  {"15", map[string]Offer{"g": {Free: Free{"POT", 1}}}, nil},
	} {
		spec := with(t, Tax{}, 10000, 2000, func(m *Market) { m.MaxOff = percent(c.most) })
		spec.Offers = c.offers
		q := quoted(t, spec, Cart{Items: event.ParseItems("PLANT,POT")})
		if diff := cmp.Diff(c.off, q.Offers); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
