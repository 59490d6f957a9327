package order

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/fault"
)

// TestTheCatalogTellsWhatHoldsInEachMarket: in whichever market it is asked, it tells of all of them.
func TestTheCatalogTellsWhatHoldsInEachMarket(t *testing.T) {
	individual := customerTypeDetails{Name: "B2C", Payment: "at-once", Methods: []string{"card"}}
	business := customerTypeDetails{Name: "B2B", Payment: "invoice", Methods: []string{"invoice"}, OrgNumber: &orgNumbers{MinDigits: 6, MaxDigits: 20}}
	want := []marketDetails{
		{Market: "MX", Currency: "MXN", Language: "es", TimeZone: "UTC", CustomerTypes: []customerTypeDetails{individual}, NothingCharged: false},
		{Market: "US", Currency: "USD", Language: "en", TimeZone: "UTC", CustomerTypes: []customerTypeDetails{individual, business}, NothingCharged: false},
	}
	rules := someRules(t)
	s := &Service{Rules: rules}
	for _, market := range []string{"US", "MX"} {
		got, err := s.getCatalog(t.Context(), &catalogInput{Market: market})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Body.MarketDetails); diff != "" {
			t.Errorf("asked in %s: -want +got\n%s", market, diff)
		}
		if got.Body.Market != market || got.Body.Language != rules.Markets[market].Language {
			t.Errorf("asked in %s, it answers for %s in %s", market, got.Body.Market, got.Body.Language)
		}
	}
	if _, err := s.getCatalog(t.Context(), &catalogInput{Market: "BR"}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("another market: %v", err)
	}
}

// TestAMarketWithoutCustomersIsToldSo: a list that is empty, not missing.
func TestAMarketWithoutCustomersIsToldSo(t *testing.T) {
	rules := someRules(t)
	rules.CustomerTypes = map[string]CustomerType{"B2B": rules.CustomerTypes["B2B"]}
	if got := rules.details("MX").CustomerTypes; got == nil || len(got) != 0 {
		t.Errorf("%#v", got)
	}
}
