package pricing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

var (
	saturday = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	percent  = func(s string) money.Percent { p, _ := money.ParsePercent(s); return p }
	clock    = func(s string) Clock { c, _ := ParseClock(s); return c }
)

// shop sells a tree for 100.00, a pot for 10.00 and soil for 3.33, in three markets.
func shop(offers map[string]Offer) Spec {
	prices := map[string]int64{"TREE": 10000, "POT": 1000, "SOIL": 333}
	zone, _ := time.LoadLocation("America/Toronto")
	return Spec{
		Products: []Product{{SKU: "TREE", Category: "plant"}, {SKU: "POT"}, {SKU: "SOIL", Category: "soil"}},
		Markets: map[string]Market{
			"US": {Currency: "USD", Language: "en", Zone: time.UTC, Prices: prices},
			"CA": {Currency: "CAD", Language: "en", Zone: zone, Prices: prices, Tax: Tax{Authorities: []Authority{
				{Name: "GST", Treatments: []Treatment{{Percent: percent("5")}}},
				{Name: "PST", Treatments: []Treatment{{Percent: percent("7"), Categories: []string{"plant"}, CustomerTypes: []string{"B2C"}}}},
			}}},
			"DE": {Currency: "EUR", Language: "en", Zone: time.UTC, Prices: prices, Tax: Tax{Included: true, Authorities: []Authority{
				{Name: "VAT", Treatments: []Treatment{{Percent: percent("19")}}}, {Name: "LUX", Treatments: []Treatment{{Percent: percent("1"), Categories: []string{"plant"}}}},
			}}},
		},
		CustomerTypes: map[string][]string{"B2C": {"US", "CA", "DE"}, "B2B": {"US", "CA", "DE"}},
		Offers:        offers, MaxPieces: 20, Now: saturday,
	}
}

func compiled(t testing.TB, offers map[string]Offer) *Set {
	t.Helper()
	set, problems := Compile(shop(offers))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

func cart(market, pieces string, codes ...string) Cart {
	return Cart{Market: market, CustomerType: "B2C", Items: event.ParseItems(pieces), Codes: Codes(codes), Now: saturday}
}

func amounts(minor int64) map[money.Currency]int64 {
	return map[money.Currency]int64{"USD": minor, "CAD": minor, "EUR": minor}
}

func TestOffersAndTaxes(t *testing.T) {
	for name, c := range map[string]struct {
		offers map[string]Offer
		cart   Cart
		total  int64
		off    []event.Off
		taxes  []event.Tax
	}{
		"nothing":          {nil, cart("US", "TREE,POT,TREE"), 21000, nil, nil},
		"a percentage":     {map[string]Offer{"ten": {Percent: percent("10")}}, cart("US", "SOIL,TREE"), 9300, []event.Off{{Offer: "ten", Amount: 1033}}, nil},
		"of some lines":    {map[string]Offer{"plants": {Items: `item.category == "plant"`, Percent: percent("50")}}, cart("US", "POT,TREE"), 6000, []event.Off{{Offer: "plants", Amount: 5000}}, nil},
		"of no line":       {map[string]Offer{"plants": {Items: `item.category == "plant"`, Percent: percent("50")}}, cart("US", "POT"), 1000, nil, nil},
		"when it holds":    {map[string]Offer{"big": {When: "cart.subtotal >= 20000 && cart.pieces > 1", Percent: percent("10")}}, cart("US", "TREE,TREE"), 18000, []event.Off{{Offer: "big", Amount: 2000}}, nil},
		"when it doesn't":  {map[string]Offer{"big": {When: "cart.subtotal >= 20000", Percent: percent("10")}}, cart("US", "TREE"), 10000, nil, nil},
		"an amount":        {map[string]Offer{"off": {When: "cart.subtotal > 500", Amounts: amounts(500)}}, cart("US", "TREE,POT"), 10500, []event.Off{{Offer: "off", Amount: 500}}, nil},
		"an amount in CEL": {map[string]Offer{"each": {Amount: "cart.pieces * 100"}}, cart("US", "TREE,POT"), 10800, []event.Off{{Offer: "each", Amount: 200}}, nil},
		"two amounts, at most all": {map[string]Offer{"a": {Amount: "cart.subtotal - 1"}, "b": {Amount: "cart.subtotal - 1"}}, cart("US", "POT"), 0,
			[]event.Off{{Offer: "a", Amount: 999}, {Offer: "b", Amount: 1}}, nil},
		"every third":             {map[string]Offer{"third": {Nth: 3, Percent: percent("100")}}, cart("US", "POT,POT,TREE,POT,TREE"), 22000, []event.Off{{Offer: "third", Amount: 1000}}, nil},
		"every second, half":      {map[string]Offer{"half": {Nth: 2, Percent: percent("50")}}, cart("US", "TREE,POT"), 10500, []event.Off{{Offer: "half", Amount: 500}}, nil},
		"too few for every third": {map[string]Offer{"third": {Nth: 3, Percent: percent("100")}}, cart("US", "POT,POT"), 2000, nil, nil},
		"priority":                {map[string]Offer{"b": {Percent: percent("50"), Priority: 1}, "a": {When: "cart.subtotal > 100", Amounts: amounts(100)}}, cart("US", "POT"), 400, []event.Off{{Offer: "b", Amount: 500}, {Offer: "a", Amount: 100}}, nil},
		"exclusion":               {map[string]Offer{"a": {Percent: percent("10"), Excludes: []string{"b"}}, "b": {Percent: percent("50"), Priority: 9}}, cart("US", "POT"), 900, []event.Off{{Offer: "a", Amount: 100}}, nil},
		"an excluder that is out": {map[string]Offer{"a": {Code: "XX", Percent: percent("10"), Excludes: []string{"b"}}, "b": {Percent: percent("50")}}, cart("US", "POT"), 500, []event.Off{{Offer: "b", Amount: 500}}, nil},
		"one excluded excludes no one": {map[string]Offer{"a": {Percent: percent("10"), Excludes: []string{"b"}}, "b": {Percent: percent("1"), Excludes: []string{"c"}}, "c": {Percent: percent("50")}},
			cart("US", "POT"), 450, []event.Off{{Offer: "a", Amount: 100}, {Offer: "c", Amount: 450}}, nil},
		"a code":            {map[string]Offer{"welcome": {Code: "WELCOME", Percent: percent("10")}}, cart("US", "POT", " welcome "), 900, []event.Off{{Offer: "welcome", Amount: 100}}, nil},
		"without its code":  {map[string]Offer{"welcome": {Code: "WELCOME", Percent: percent("10")}}, cart("US", "POT"), 1000, nil, nil},
		"before its time":   {map[string]Offer{"late": {From: clock("2026-11-28T12:01"), Percent: percent("10")}}, cart("US", "POT"), 1000, nil, nil},
		"in its time":       {map[string]Offer{"now": {From: clock("2026-11-28T12:00"), Until: clock("2026-11-28T12:01"), Percent: percent("10")}}, cart("US", "POT"), 900, []event.Off{{Offer: "now", Amount: 100}}, nil},
		"after its time":    {map[string]Offer{"early": {Until: clock("2026-11-28T12:00"), Percent: percent("10")}}, cart("US", "POT"), 1000, nil, nil},
		"on another clock":  {map[string]Offer{"early": {Until: clock("2026-11-28T12:00"), Percent: percent("10")}}, cart("CA", "POT"), 945, []event.Off{{Offer: "early", Amount: 100}}, []event.Tax{{Name: "GST", Rate: "5", Amount: 45}}},
		"by the clock":      {map[string]Offer{"noon": {When: "now.getHours(market.timeZone) == 7", Percent: percent("10")}}, cart("CA", "POT"), 945, []event.Off{{Offer: "noon", Amount: 100}}, []event.Tax{{Name: "GST", Rate: "5", Amount: 45}}},
		"two taxes":         {nil, cart("CA", "TREE,SOIL"), 11550, nil, []event.Tax{{Name: "GST", Rate: "5", Amount: 517}, {Name: "PST", Rate: "7", Amount: 700}}},
		"taxes, after off":  {map[string]Offer{"ten": {Percent: percent("10")}}, cart("CA", "TREE"), 10080, []event.Off{{Offer: "ten", Amount: 1000}}, []event.Tax{{Name: "GST", Rate: "5", Amount: 450}, {Name: "PST", Rate: "7", Amount: 630}}},
		"taxes in it":       {nil, cart("DE", "TREE,POT"), 11000, nil, []event.Tax{{Name: "VAT", Rate: "19", Included: true, Amount: 1583 + 160}, {Name: "LUX", Rate: "1", Included: true, Amount: 83}}},
		"a gift":            {map[string]Offer{"gift": {When: "cart.subtotal > 5000", Free: Free{"POT", 2}}}, cart("CA", "TREE"), 11083, []event.Off{{Offer: "gift", Amount: 2000, Gift: "POT"}}, []event.Tax{{Name: "GST", Rate: "5", Amount: 417 + 83}, {Name: "PST", Rate: "7", Amount: 583}}},
		"two gifts of one":  {map[string]Offer{"g": {Free: Free{"POT", 2}}, "h": {Free: Free{"POT", 1}}}, cart("US", "TREE"), 10000, []event.Off{{Offer: "g", Amount: 2000, Gift: "POT"}, {Offer: "h", Amount: 1000, Gift: "POT"}}, nil},
		"a customer's type": {map[string]Offer{"b2b": {When: `customer.type == "B2B" || "vip" in customer.details`, Percent: percent("10")}}, cart("US", "POT"), 1000, nil, nil},
	} {
		q, err := compiled(t, c.offers).Quote(c.cart, func(offer string, err error) { t.Errorf("%s: %s: %v", name, offer, err) })
		c.taxes = slices.Clone(c.taxes)
		if diff := cmp.Diff(c.off, q.Offers) + cmp.Diff(c.taxes, q.Taxes); err != nil || q.Total != c.total || diff != "" {
			t.Errorf("%s: %d, want %d; %v; %s", name, q.Total, c.total, err, diff)
		}
	}
}

func TestALineSaysWhy(t *testing.T) {
	set := compiled(t, map[string]Offer{"ten": {Percent: percent("10")}, "gift": {Free: Free{"SOIL", 1}}})
	q, err := set.Quote(cart("CA", "TREE,POT,TREE"), nil)
	want := []event.Line{
		{SKU: "POT", Quantity: 1, UnitPrice: 1000, Off: []event.Off{{Offer: "ten", Amount: 100}, {Offer: "gift", Amount: 15, Gift: "SOIL"}}, Tax: 44, Total: 885 + 44},
		{SKU: "TREE", Quantity: 2, UnitPrice: 10000, Off: []event.Off{{Offer: "ten", Amount: 2000}, {Offer: "gift", Amount: 312, Gift: "SOIL"}}, Tax: 884 + 1238, Total: 17688 + 884 + 1238},
		{SKU: "SOIL", Quantity: 1, UnitPrice: 333, Gift: true, Off: []event.Off{{Offer: "gift", Amount: 6, Gift: "SOIL"}}, Tax: 16, Total: 327 + 16},
	}
	if diff := cmp.Diff(want, q.Lines); err != nil || diff != "" || q.Subtotal != 21333 {
		t.Errorf("%v, %d\n%s", err, q.Subtotal, diff)
	}
}

func TestCodes(t *testing.T) {
	set := compiled(t, map[string]Offer{
		"a": {Code: "AA", Percent: percent("10")}, "b": {Code: "BB", Percent: percent("10")}, "c": {Code: "CC", When: "cart.pieces > 5", Percent: percent("10")},
	})
	c := cart("US", "POT", "cc", "bb", "aa", "AA", "", "zz")
	c.UsedUp = []string{"BB"}
	q, err := set.Quote(c, nil)
	want := []Code{{"AA", "a", CodeApplied}, {"BB", "b", CodeUsedUp}, {"CC", "c", CodeNotApplicable}, {"ZZ", "", CodeUnknown}}
	if diff := cmp.Diff(want, q.Codes); err != nil || diff != "" || q.Total != 900 {
		t.Errorf("%v, %d\n%s", err, q.Total, diff)
	}
}

func TestWhatCannotBePriced(t *testing.T) {
	set := compiled(t, nil)
	for _, c := range []Cart{cart("XX", "POT"), cart("US", "POT,ROSE"), cart("US", "")} {
		if q, err := set.Quote(c, nil); err == nil {
			t.Errorf("%+v costs %+v", c, q)
		}
	}
	spec := shop(nil)
	spec.Markets["US"].Prices["TREE"] = 1 << 62
	huge, _ := Compile(spec)
	if q, err := huge.Quote(cart("US", "TREE,TREE"), nil); err == nil {
		t.Errorf("two huge trees cost %d", q.Total)
	}
}

// TestAnOfferThatFailsIsLeftOut, if a trial could not foresee it, since a trial has no details.
func TestAnOfferThatFailsIsLeftOut(t *testing.T) {
	set := compiled(t, map[string]Offer{
		"broken": {When: `has(customer.details.n) && 1 / int(customer.details.n) == 1`, Percent: percent("10")},
		"ends":   {When: `has(customer.details.n)`, Amount: "has(customer.details.n) ? -1 : 0"},
		"fine":   {Percent: percent("10")},
	})
	c := cart("US", "POT")
	c.Details = map[string]string{"n": "0"}
	var told []string
	q, err := set.Quote(c, func(offer string, err error) { told = append(told, offer+": "+err.Error()) })
	if err != nil || q.Total != 900 || len(told) != 2 || !strings.Contains(told[0], "broken: division by zero") || !strings.Contains(told[1], "ends: the amount is negative") {
		t.Errorf("%d, %v, %q", q.Total, err, told)
	}
}
