package rules_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
)

func TestTheBuiltInRulesAreTheSeedsShop(t *testing.T) {
	set, err := rules.Check(rules.Default, app.Providers, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"LB001": 15000, "LB002": 18000, "EX001": 30000, "EX002": 50000, "BB001": 15000, "BB002": 12500}
	names := map[string]string{
		"LB001": "Lush bracken", "LB002": "Lush big leaf", "EX001": "Exclusive decorative", "EX002": "Exclusive bonsai",
		"BB001": "Basic bonsai", "BB002": "Basic big leaf",
	}
	if len(set.Orders.Catalog) != len(want) {
		t.Errorf("%d plants", len(set.Orders.Catalog))
	}
	for _, p := range set.Orders.Catalog {
		if p.Price.Minor != want[p.SKU] || p.Price.Currency != "USD" {
			t.Errorf("%s costs %v", p.SKU, p.Price)
		}
		if p.Name["en"] != names[p.SKU] || p.Drawing != strings.ReplaceAll(strings.ToLower(names[p.SKU]), " ", "-") {
			t.Errorf("%s is %q with the drawing %q", p.SKU, p.Name["en"], p.Drawing)
		}
		if pesos, err := set.Orders.Markets["MX"].PriceIn(p); err != nil || pesos.Minor != 20*want[p.SKU] || pesos.Currency != "MXN" {
			t.Errorf("%s costs %v in Mexico, %v", p.SKU, pesos, err)
		}
	}
	for market, c := range set.Delivery.Calendars {
		if len(c.Slots(time.Now())) == 0 {
			t.Errorf("%s offers no delivery times", market)
		}
	}
}

// TestBrokenRulesAreRefusedWithTheirLine changes one text of the built-in file at a time.
func TestBrokenRulesAreRefusedWithTheirLine(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"price: 15000", "price: -1", "catalog[0].price: must be a whole number from 1 to"},
		{"price: 15000", "price: cheap", "catalog[0].price: must be a whole number such as"},
		{"price: 18000", "prize: 18000", "unknown field"},
		{"price: 15000", "price: 129.99", "must be a whole number"},
		{"price: 15000", "price: 012500", "must be a whole number"},
		{"price: 15000", "price: 0x1F", "must be a whole number"},
		{"price: 15000", "price: 1e3", "must be a whole number"},
		{"price: 15000", "price: 1_000", "must be a whole number"},
		{"price: 15000", `price: "15000"`, "must be a whole number"},
		{"price: 15000", "price:", "is empty"},
		{"price: 15000", "price: null", "is empty"},
		{"sku: LB001", "sku: 07154711", `must be a text: put it in quotes, "07154711"`},
		{"sku: LB001", "sku: 7154711", `must be a text: put it in quotes, "7154711"`},
		{"drawing: lush-bracken", "drawing: brakcen", `catalog[0].drawing: must be one of "lush-bracken", "lush-big-leaf"`},
		{"sku: LB001", "sku: FIG/1", "must be 1 to 32 letters"},
		{"sku: LB001", "sku: " + strings.Repeat("a", 33), "must be 1 to 32 letters"},
		{"price: 15000", "category:\n    price: 15000", "catalog[0].category: is empty"},
		{"timeZone: America/New_York", "timeZone: Local", "must be an IANA time zone"},
		{"timeZone: America/New_York", "timeZone: posixrules", "must be an IANA time zone"},
		{"timeZone: America/New_York", "timeZone: US/Eastern", "must be an IANA time zone"},
		{"  US:\n", "  0123:\n", "must be a text: put it in quotes"},
		{"keyHold: 24h", "keyHold: 1h59m", "must be from 2h0m0s"},
		{"keyHold: 24h", "keyHold: 5000h", "must be from 2h0m0s"},
		{"maxPieces: 100", "maxPieces: 301", "orders.maxPieces: must be a whole number from 1 to 300"},
		{"sku: LB002", "sku: LB001", "LB001 is there twice"},
		{"sku: LB002", "sku: \"LB,002\"", "must be 1 to 32 letters"},
		{"currency: USD\n\n", "currency: XXX\n\n", "currency: must be one of"},
		{`rate: "20"`, `rate: "-3"`, "markets.MX.rate"},
		{"language: es", "language: fr", "markets.MX.language: must be one of \"en\", \"es\""},
		{"America/Mexico_City", "America/Atlantis", "not an IANA time zone"},
		{"paymentProvider: payments-mx", "paymentProvider: cash", "markets.MX.paymentProvider"},
		{"payment: invoice", "payment: later", "customerTypes.B2B.payment"},
		{"markets: [US, MX]", "markets: [US, CA]", `there is no market "CA"`},
		{"maxDigits: 20", "maxDigits: 5", "orgNumber.maxDigits: must be a whole number from 6 to 20"},
		{"maxPieces: 100", "maxPieces: 0", "orders.maxPieces"},
		{"mon, tue, wed, thu, fri, sat", "mon, someday", "weekdays[1]: must be one of"},
		{`"12:00", "15:00"`, `"15:00", "12:00"`, "must be later"},
		{`"09:00"`, `"9 am"`, "must be a time of day"},
		{"capacity: 20", "capacity: 0", "delivery.US.capacity"},
		{"capacity: 20", "capacity: 20, zoneCapacity: { north: 0 }", "delivery.US.zoneCapacity.north"},
		{"capacity: 20", "capacity: 20, zoneCapacity: { north: 2 }", "is not a zone of the market's addresses"},
		{"  PLACED: 48h", "  DELIVERED: 48h", "its name must be one of"},
		{`light: { en: "Shade, without`, `lihgt: { en: "Shade, without`, `catalog[0].facts.lihgt: its name must be one of "size", "light"`},
		{"name: { en: Lush bracken, es: Helecho frondoso }", "name: { en: Lush bracken }", `no text for "es"`},
	} {
		text := strings.Replace(string(rules.Default), c.old, c.new, 1)
		if text == string(rules.Default) {
			t.Fatalf("%q is not in the file", c.old)
		}
		_, err := rules.Check([]byte(text), app.Providers, time.Now())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; want %q", c.new, err, c.want)
			continue
		}
		before, _, _ := strings.Cut(string(rules.Default), c.old)
		line := strings.Count(before, "\n") + 1
		if !mentions(err.Error(), line) {
			t.Errorf("%q is in line %d, but: %v", c.new, line, err)
		}
	}
}

// mentions reports whether an error names a line: "line 3:" or "[3:5]".
func mentions(text string, line int) bool {
	n := strconv.Itoa(line)
	return strings.Contains(text, "line "+n+":") || strings.Contains(text, "["+n+":")
}
