package clustertest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// TestRecipes builds one shop with everything that docs/extending.md shows, and buys in it: all recipes work together.
func TestRecipes(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the shop anew")
	}
	_, all := readRecipes(t)
	changes, files := code(all)
	addLanguage(t, files)
	over := overlay(t, "webshop-recipes", changes, files)
	bank := openBank(t)
	s := aShop(t, build(t, "webshop-recipes", "acme.example/webshop/cmd/webshop", "-overlay", over), laidOver(t, all), bank.flags()...)
	t.Run("a payment provider passes the suite", func(t *testing.T) { passes(t, over, "payments/transfer") })
	t.Run("a market", s.sellsInCanada)
	t.Run("a language", s.speaksAnother)
	t.Run("a customer type", s.sellsToPublicBodies)
	t.Run("an offer", s.hasAnOffer)
	t.Run("a review", s.asksTheFraudCheck)
	t.Run("a review step", s.looksAtTheList)
	t.Run("an event, a service, a subscriber, a partner", s.givesPoints)
	t.Run("a payment provider", func(t *testing.T) { s.takesTransfers(t, bank) })
	if out, err := exec.CommandContext(t.Context(), s.binary, "audit", "--data-dir", s.data, "--private-url", s.private).CombinedOutput(); err != nil {
		t.Errorf("the audit: %v\n%s", err, out)
	}
}

// laidOver returns the built-in rules with all data of the recipes applied. The weekend of the offer is now.
func laidOver(t *testing.T, all []recipe) []byte {
	t.Helper()
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format("2006-01-02") }
	weekend := strings.NewReplacer("2026-11-28", day(-2), "2026-11-30", day(2))
	var data [][]byte
	for _, r := range all {
		for _, text := range r.data {
			data = append(data, []byte(weekend.Replace(text)))
		}
	}
	text, err := examples.Lay(rules.Default, data...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sellsInCanada in its currency, with the two taxes of where the shop is, or those of another province.
func (s oneShop) sellsInCanada(t *testing.T) {
	cart := `"market":"CA", "currency":"CAD", "customerType":"B2C", "products":"LB001"`
	s.costs(t, cart, 23520, "CAD", "GST", "PST")
	s.becomes(t, s.order(t, "Alice", cart, 23520), "STOCKED")
	s.costs(t, cart+`, "region":"Ontario"`, 23730, "CAD", "HST")
}

// sellsToPublicBodies by invoice, and only with a valid reference.
func (s oneShop) sellsToPublicBodies(t *testing.T) {
	cart := `"market":"CA", "currency":"CAD", "customerType":"B2G", "products":"LB001"`
	s.costs(t, cart, 23520, "CAD", "GST", "PST")
	s.refuses(t, cart+`, "details": {"reference": "1234567890"}`, 23520, "details.reference")
	s.becomes(t, s.order(t, "The city", cart+`, "details": {"reference": "1234567897"}`, 23520), "STOCKED")
}

// hasAnOffer: a tenth off by its code, and a big leaf with three plants.
func (s oneShop) hasAnOffer(t *testing.T) {
	cart := `"market":"MX", "currency":"MXN", "customerType":"B2C", "products":"LB001,LB001,LB001", "codes":["weekend"]`
	got := s.costs(t, cart, 810000, "MXN", "IVA")
	if last := got.Lines[len(got.Lines)-1]; !last.Gift || last.SKU != "BB002" || len(got.Codes) != 1 || got.Codes[0].State != "applied" {
		t.Errorf("priced as %+v", got)
	}
	s.becomes(t, s.order(t, "Ana", cart, 810000), "STOCKED")
}

// asksTheFraudCheck about expensive orders only.
func (s oneShop) asksTheFraudCheck(t *testing.T) {
	dear := s.order(t, "Alice", individual+`, "products":"EX002,EX002,EX002"`, 150000)
	s.becomes(t, dear, "STOCKED")
	if told := s.records(t, "screening"); !strings.Contains(told, fmt.Sprintf(`"check:%d-`, dear)) {
		t.Errorf("the fraud check knows of %s", told)
	}
}

// looksAtTheList: an added step has everything that every step has.
func (s oneShop) looksAtTheList(t *testing.T) {
	for name, want := range map[string]string{"Alice": "STOCKED", "Mallory": "CANCELLED"} {
		s.becomes(t, s.order(t, name, individual+`, "products":"BB001"`, 15000), want)
	}
}

// givesPoints: the order completes, its points are earned and sent to the club, and no receipt stays pending.
func (s oneShop) givesPoints(t *testing.T) {
	id := s.order(t, "Alice", individual+`, "products":"BB001", "testId": 352`, 15000)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := watched(ctx, func() error { return s.earned(t, id) })
	if err != nil {
		t.Fatal(err)
	}
	if told := s.records(t, "club"); strings.Count(told, fmt.Sprintf(`"points:%d-`, id)) != 1 {
		t.Errorf("the club knows of %s", told)
	}
}

// earned returns what a completed order lacks.
func (s oneShop) earned(t *testing.T, id int64) error {
	o := s.look(t, id)
	heard := map[string]string{}
	for _, e := range o.History {
		for _, r := range e.Receipts {
			heard[r.Subscriber] = r.State
		}
	}
	open := slices.DeleteFunc(slices.Sorted(maps.Keys(heard)), func(name string) bool { return heard[name] == "done" })
	if o.Status != "DELIVERY_BOOKED" || len(open) > 0 || heard["loyalty.DeliveryBooked"] == "" || heard["loyalty.PointsEarned"] == "" {
		return fmt.Errorf("order %d is %s; open: %v; heard: %v", id, o.Status, open, heard)
	}
	return nil
}

// costs quotes a cart.
func (s oneShop) costs(t *testing.T, cart string, total int64, currency string, taxes ...string) (got quoted) {
	t.Helper()
	post(t, s.public+"/quote", "{"+cart+"}", &got)
	var named []string
	for _, tax := range got.Taxes {
		named = append(named, tax.Name)
	}
	if got.Total != total || got.Currency != currency || !slices.Equal(named, taxes) {
		t.Errorf("%s costs %+v, not %d %s with the taxes %v", cart, got, total, currency, taxes)
	}
	return got
}

// refuses checks that an order is refused, because of a field.
func (s oneShop) refuses(t *testing.T, cart string, total int64, field string) {
	t.Helper()
	res, err := http.Post(s.public+"/createOrder", "application/json", strings.NewReader(ordered("Bob", cart, total)))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := readAll(res.Body); err != nil || res.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), field) {
		t.Errorf("%s: %d %s, %v", cart, res.StatusCode, text, err)
	}
}

// quoted is a price, as far as these tests use it.
type quoted struct {
	Currency string
	Total    int64
	Taxes    []struct{ Name string }
	Lines    []struct {
		SKU  string
		Gift bool
	}
	Codes []struct{ State string }
}
