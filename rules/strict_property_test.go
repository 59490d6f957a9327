package rules

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

// TestAnyScalarIsWhatItsSchemaSays: any text of the characters that numbers are made of is refused, or is held exactly.
func TestAnyScalarIsWhatItsSchemaSays(t *testing.T) {
	forms := map[string]*regexp.Regexp{
		"catalog[0].price": regexp.MustCompile(`^[1-9][0-9]*$`), "catalog[0].sku": regexp.MustCompile(order.SKU), "offers.ten.code": regexp.MustCompile(pricing.CodePattern),
		"markets.MX.rate": regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`), "orders.keyHold": regexp.MustCompile(`^[0-9.hms]+$`), "delivery.US.firstDay": regexp.MustCompile(`^[0-9]+$`),
	}
	own, value := Schema(providers), tree(t, everyKey)
	scalar := rapid.StringOfN(rapid.SampledFrom([]rune("0123456789012345678900.__+-:eExXobhmsA ~'\"#")), 1, 8, -1)
	for _, p := range places(value, "") {
		form, picked := forms[p.path]
		if !picked {
			continue
		}
		rapid.Check(t, func(t *rapid.T) {
			text := strings.TrimSpace(scalar.Draw(t, "scalar"))
			if text == "" {
				return
			}
			p.put(raw(text))
			if walked(written(value), own) != nil {
				return
			}
			if bare := strings.Trim(text, `'"`); !form.MatchString(bare) {
				t.Fatalf("%s: %s is accepted", p.path, text)
			}
			if p.path == "catalog[0].price" && strings.Trim(text, `'"`) != text {
				t.Fatalf("%s is a price", text)
			}
		})
		p.put(p.was)
	}
}

// FuzzRules: a text that passes the checks fits the published schema, is read as it was checked for ever after, and makes a shop
// that can sell each of its products in each of its markets.
func FuzzRules(f *testing.F) {
	for _, text := range []string{"{}", everyKey, string(Default), "a: &a [*a]\n", strings.Replace(everyKey, "15000", "012500", 1), "--- {}\n--- {}\n", strings.Repeat("- ", 30)} {
		f.Add([]byte(text))
	}
	schema := resolved(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		set, err := Check(text, providers, time.Now())
		if err != nil {
			return
		}
		if err := schema.Validate(tree(t, string(text))); err != nil {
			t.Error(err)
		}
		stored, err := Parse(text)
		if err != nil || stored.LeftOut != nil {
			t.Fatalf("%v, %v", err, stored.LeftOut)
		}
		set.Warnings = nil // of checks alone
		alike := cmp.Options{cmpopts.IgnoreUnexported(order.Rules{}, order.Detail{}), cmp.AllowUnexported(Set{}, money.Rate{}), cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
			cmp.Comparer(func(a, b pricing.Clock) bool { return a == b })}
		if diff := cmp.Diff(set, stored, alike); diff != "" {
			t.Error(diff)
		}
		for name, market := range set.Orders.Markets {
			if market.Zone == nil || market.Language == "" || set.Delivery.Calendars[name].Capacity < 1 {
				t.Errorf("the market %s: %+v", name, market)
			}
			for _, p := range set.Orders.Catalog {
				if price, err := market.PriceIn(p); err != nil || price.Minor < 1 || price.Currency != market.Currency {
					t.Errorf("%s in %s costs %v: %v", p.SKU, name, price, err)
				}
			}
		}
	})
}
