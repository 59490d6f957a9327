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
	set, err := rules.Parse(rules.Default, app.Providers)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"LB001": 15000, "LB002": 18000, "EX001": 30000, "EX002": 50000, "BB001": 15000, "BB002": 12500}
	if len(set.Orders.Catalog) != len(want) {
		t.Errorf("%d plants", len(set.Orders.Catalog))
	}
	for _, p := range set.Orders.Catalog {
		if p.Price.Minor != want[p.SKU] || p.Price.Currency != "USD" {
			t.Errorf("%s costs %v", p.SKU, p.Price)
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
		{"price: 15000", "price: -1", "catalog[0].price: must be positive"},
		{"price: 15000", "price: cheap", "cannot unmarshal"},
		{"price: 18000", "prize: 18000", "unknown field"},
		{"sku: LB002", "sku: LB001", "LB001 is there twice"},
		{"sku: LB002", "sku: \"LB,002\"", "without commas"},
		{"currency: USD\n\n", "currency: XXX\n\n", "not a currency"},
		{`rate: "20"`, `rate: "-3"`, "markets.MX.rate"},
		{"language: es", "language: fr", "markets.MX.language: must be one of [en es]"},
		{"America/Mexico_City", "America/Atlantis", "not an IANA time zone"},
		{"paymentProvider: payments-mx", "paymentProvider: cash", "markets.MX.paymentProvider"},
		{"payment: invoice", "payment: later", "customerTypes.B2B.payment"},
		{"markets: [US, MX]", "markets: [US, CA]", `there is no market "CA"`},
		{"maxDigits: 20", "maxDigits: 5", "minDigits"},
		{"maxPieces: 100", "maxPieces: 0", "orders.maxPieces"},
		{"mon, tue, wed, thu, fri, sat", "mon, someday", "someday"},
		{`"12:00", "15:00"`, `"15:00", "12:00"`, "must be later"},
		{`"09:00"`, `"9 am"`, "not a time of day"},
		{"capacity: 20", "capacity: 0", "delivery.US.capacity"},
		{"  PLACED: 48h", "  DELIVERED: 48h", "not a status"},
		{"  PLACED: 48h", "  DELIVERY_BOOKED: 48h", "not a status that an order leaves"},
		{"name: { en: Monstera, es: Monstera }", "name: { en: Monstera }", `no text for "es"`},
	} {
		text := strings.Replace(string(rules.Default), c.old, c.new, 1)
		if text == string(rules.Default) {
			t.Fatalf("%q is not in the file", c.old)
		}
		_, err := rules.Parse([]byte(text), app.Providers)
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
