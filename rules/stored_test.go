package rules_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
	"acme.example/webshop/rules"
)

var update = flag.Bool("update", false, "write what the stored rules of testdata mean")

// meaning is what a set of rules says, as text.
func meaning(set *rules.Set) string {
	var b strings.Builder
	o := set.Orders
	fmt.Fprintf(&b, "orders: %d pieces, double submit %s\n", o.MaxPieces, o.DoubleSubmit)
	for _, p := range o.Catalog {
		fmt.Fprintf(&b, "product %q: %s, category %q, %v, %v\n", p.SKU, p.Price, p.Category, p.Name, p.Description)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Markets)) {
		m := o.Markets[name]
		fmt.Fprintf(&b, "market %q: %s at %v, %s, zone %s, %s, taxes %s, calendar %+v\n", name, m.Currency, m.Rate, m.Language, m.Zone, m.Provider, taxesOf(m.Tax), calendar(set, name))
	}
	for _, name := range slices.Sorted(maps.Keys(o.CustomerTypes)) {
		t := o.CustomerTypes[name]
		fmt.Fprintf(&b, "customer type %q: at once %v, in %v, organization number %v, %v\n", name, t.PaysAtOnce, t.Markets, digitsOf(t.OrgNumber), t.Label)
		for _, d := range t.Details {
			fmt.Fprintf(&b, "  detail %q: %v, %v, %q, %q, required %v\n", d.Name, d.Label, d.Hint, d.Pattern, d.Check, d.Required)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Offers)) {
		offer := fmt.Sprintf("%+v", o.Offers[name])
		fmt.Fprintf(&b, "offer %q: %s\n", name, strings.Replace(offer, " Group: ", " ", 1)) // the fixtures are from before there were groups
	}
	fmt.Fprintf(&b, "reviews: %v\ndeadlines: %v, finance.OrderPlaced %s\n", o.Reviews, set.Deadlines.Statuses, set.Deadlines.Receipts["finance.OrderPlaced"])
	for _, left := range set.LeftOut {
		fmt.Fprintf(&b, "left out: %s\n", left)
	}
	return b.String()
}

func calendar(set *rules.Set, market string) string {
	c := set.Delivery.Calendars[market]
	return fmt.Sprint(c.FirstDay, c.Days, c.Weekdays, c.Starts, c.Capacity, c.Zone)
}

// TestStoredRulesAreReadableForEver: the texts that earlier versions of this program accepted and stored are read, and mean
// what they meant then. New texts are added; none is changed or taken away.
func TestStoredRulesAreReadableForEver(t *testing.T) {
	files, err := filepath.Glob("testdata/stored/*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d texts: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set, err := rules.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		golden := strings.TrimSuffix(file, ".yaml") + ".txt"
		if *update {
			if err := os.WriteFile(golden, []byte(meaning(set)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if got := meaning(set); err != nil || got != string(want) {
			t.Errorf("%s means something else now: %v\n%s", file, err, got)
		}
	}
}

// TestWhatIsNotUnderstoodIsLeftOut of stored rules, and told, where orders can do without; a newer form is not guessed at.
func TestWhatIsNotUnderstoodIsLeftOut(t *testing.T) {
	text := strings.NewReplacer("cart.pieces * 10", "cart.weight * 10", "America/Toronto", "Mars/Olympus", "payments-mx", "payments-of-another-time", `excludes: [welcome]`, `excludes: [each]`).Replace(offeringShop())
	if _, err := rules.Check([]byte(text), app.Providers, time.Now()); err == nil {
		t.Error("it would be activated")
	}
	set, err := rules.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Join(set.LeftOut, "\n")
	if len(set.LeftOut) != 2 || !strings.Contains(told, `zone "Mars/Olympus" is not known`) || !strings.Contains(told, "the offer each: amount: column 1: undeclared reference") {
		t.Errorf("told: %s", told)
	}
	o := set.Orders
	if _, has := o.Offers["each"]; has || len(o.Offers) != 4 || o.Markets["CA"].Zone != time.UTC || set.Delivery.Calendars["CA"].Zone != time.UTC || o.Markets["MX"].Provider != "payments-of-another-time" {
		t.Errorf("%+v", o)
	}
	if _, err := rules.Parse([]byte("format: 2\n" + text)); err == nil || !strings.Contains(err.Error(), "newer than this program") {
		t.Error(err)
	}
}

// TestAStoredZoneThatOnlyGoKnows is replaced too: the pages could not show a time in it.
func TestAStoredZoneThatOnlyGoKnows(t *testing.T) {
	set, err := rules.Parse([]byte(strings.ReplaceAll(string(rules.Default), "America/New_York", "Local")))
	if err != nil || len(set.LeftOut) != 2 || set.Orders.Markets["US"].Zone != time.UTC || set.Orders.Books.Zone != time.UTC {
		t.Error(err, set)
	}
}

// TestAKeyIsHeldLongEnoughForThePage, also under stored rules that say less.
func TestAKeyIsHeldLongEnoughForThePage(t *testing.T) {
	page, err := os.ReadFile("../surfaces/web/js/attempt.js")
	if err != nil {
		t.Fatal(err)
	}
	fresh := regexp.MustCompile(`const fresh = ([0-9_]+);`).FindSubmatch(page)
	if fresh == nil {
		t.Fatal("attempt.js does not say for how long an order is fresh")
	}
	ms, err := strconv.Atoi(strings.ReplaceAll(string(fresh[1]), "_", ""))
	set, parsed := rules.Parse([]byte(strings.Replace(string(rules.Default), "keyHold: 24h", "keyHold: 1s", 1)))
	if err != nil || parsed != nil {
		t.Fatal(err, parsed)
	}
	if relies := time.Duration(ms)*time.Millisecond + 10*time.Minute; relies > order.MinKeyHold || set.Orders.KeyHold < relies {
		t.Errorf("the page relies on %s, and keys are held for %s", relies, set.Orders.KeyHold)
	}
}

// digitsOf is how many digits an organization number has.
func digitsOf(d *order.OrgNumbers) string {
	if d == nil {
		return "<nil>"
	}
	return fmt.Sprintf("&{%d %d}", d.Min, d.Max)
}

// taxesOf writes taxes as the fixtures have them, which are from before there were treatments.
func taxesOf(tax pricing.Tax) string {
	var rates []string
	for _, a := range tax.Authorities {
		t := a.Treatments[0]
		rates = append(rates, fmt.Sprintf("{Name:%s Percent:%s Categories:%v CustomerTypes:%v}", a.Name, t.Percent, t.Categories, t.CustomerTypes))
	}
	return fmt.Sprintf("{Included:%t Rates:[%s]}", tax.Included, strings.Join(rates, " "))
}
