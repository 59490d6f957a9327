package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
)

// terms are what the catalog says about a market.
type terms struct {
	Market, Currency, Language, TimeZone string
	CustomerTypes                        []customerTerms
}

type customerTerms struct {
	Name, Payment string
	OrgNumber     *struct{ MinDigits, MaxDigits int }
}

// TestThePagesLearnTheShopFileFromTheAPI: a market that is only in the shop file is returned with its customer types, and
// its delivery times with its language.
func TestThePagesLearnTheShopFileFromTheAPI(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer(
		"\ncustomerTypes:", "\n  CA: { currency: CAD, rate: \"1.35\", language: en, timeZone: America/Toronto, paymentProvider: payments-us, tax: { rates: [ { name: GST, percent: \"5\" } ] } }\n\ncustomerTypes:",
		"markets: [US]\n", "markets: [US, CA]\n", "minDigits: 6, maxDigits: 20", "minDigits: 9, maxDigits: 9",
		"\ndelivery:", "\ndelivery:\n  CA: { firstDay: 2, days: 9, weekdays: [tue, thu], starts: [\"10:00\"], capacity: 5 }",
	).Replace(string(app.DefaultShopFile))
	path := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *app.Config) { c.ShopFile = path })
	var told struct{ MarketDetails []terms }
	s.call("GET", s.PublicURL+"/catalog", nil).want(200).into(&told)
	individual := customerTerms{"B2C", "at-once", nil}
	business := customerTerms{"B2B", "invoice", &struct{ MinDigits, MaxDigits int }{9, 9}}
	want := []terms{
		{Market: "CA", Currency: "CAD", Language: "en", TimeZone: "America/Toronto", CustomerTypes: []customerTerms{business}},
		{Market: "MX", Currency: "MXN", Language: "es", TimeZone: "America/Mexico_City", CustomerTypes: []customerTerms{individual}},
		{Market: "US", Currency: "USD", Language: "en", TimeZone: "America/New_York", CustomerTypes: []customerTerms{individual, business}},
	}
	if diff := cmp.Diff(want, told.MarketDetails); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for _, m := range want {
		var times struct{ TimeZone, Language string }
		s.call("GET", s.PublicURL+"/deliveryTimes?market="+m.Market, nil).want(200).into(&times)
		if times.TimeZone != m.TimeZone || times.Language != m.Language {
			t.Errorf("the delivery times of %s are in %s, %s", m.Market, times.TimeZone, times.Language)
		}
	}
}

// TestAnOrdersLinksTellItsLanguage, which is its market's and not the caller's.
func TestAnOrdersLinksTellItsLanguage(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	made := s.create(realOrder("Lejos", "market", "MX"))
	var tracked, times struct{ Language, TimeZone string }
	s.call("GET", s.PublicURL+"/trackOrder?key="+s.keyTo(access.Track, made.OrderID), nil, "Accept-Language", "en-US").want(200).into(&tracked)
	s.call("GET", s.PublicURL+"/deliveryTimes?order="+s.keyTo(access.Deliver, made.OrderID), nil, "Accept-Language", "en-US").want(200).into(&times)
	if tracked != times || times.Language != "es" || times.TimeZone != "America/Mexico_City" {
		t.Errorf("tracking says %+v, delivery says %+v", tracked, times)
	}
}
