package order

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/address"
	"acme.example/webshop/platform/fault"
)

// rulesOfAddresses are some rules whose US delivers near New York, and whose Mexico needs the colonia of every order.
func rulesOfAddresses(t *testing.T) *Rules {
	t.Helper()
	r := someRules(t)
	for market, also := range map[string][]string{"US": nil, "MX": {address.Neighborhood}} {
		format, err := address.FormatOf(market, also...)
		if err != nil {
			t.Fatal(err)
		}
		m := r.Markets[market]
		m.Address = &AddressRules{Format: format, Always: market == "MX"}
		if market == "US" {
			m.Address.Zones = address.Zones{{Name: "city", PostalCodes: []string{"100-102"}}, {Name: "state", PostalCodes: []string{"1"}}}
		}
		r.Markets[market] = m
	}
	return r
}

// TestAnAddressIsStoredInOneForm, whatever it was typed like; what is not understood stays as it is.
func TestAnAddressIsStoredInOneForm(t *testing.T) {
	r := rulesOfAddresses(t)
	o, err := accept(r, good(func(d *Draft) {
		d.Phone, d.RecipientPhone = "(212)\u00a0555\u20110100 x12", "\u202a+52 55 5555 0100\u202c"
		d.PostalCode, d.Region, d.Country = "10001\u20111234", "new york", "US"
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := Address{PostalCode: "10001-1234", Region: "NY", Country: "US", RecipientPhone: "+525555550100"}
	if diff := cmp.Diff(want, o.Address); diff != "" || o.Customer.Phone != "+12125550100 ext. 12" {
		t.Errorf("%q %s", o.Customer.Phone, diff)
	}
	for typed, want := range map[string]string{"(212)\u00a0555\u20110100": "(212) 555-0100", "555\u20130100 x12": "555-0100 ext. 12"} { // of no country that is known
		if o, err := accept(someRules(t), good(func(d *Draft) { d.Phone = typed })); err != nil || o.Customer.Phone != want {
			t.Errorf("%q, %v, want %q", o.Customer.Phone, err, want)
		}
	}
	if o, err := accept(r, good()); err != nil || o.Customer.Phone != "123" || o.Address != (Address{}) {
		t.Errorf("an order without the new fields: %+v, %v", o, err)
	}
	typed := func(d *Draft) { d.Phone, d.PostalCode, d.Region = "phone", "nowhere", "none" }
	if o, err := accept(r, good(test("A1", 1), typed)); err != nil || o.Customer.Phone != "phone" || o.Address.PostalCode != "nowhere" {
		t.Errorf("a test order: %+v, %v", o, err)
	}
}

// TestAnAddressThatCannotBeDeliveredToIsRefused, with each field that is wrong.
func TestAnAddressThatCannotBeDeliveredToIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		draft Draft
		want  []string
	}{
		"no such postal code": {good(func(d *Draft) { d.PostalCode = "1000" }), []string{"postalCode"}},
		"not delivered to":    {good(func(d *Draft) { d.PostalCode = "90210" }), []string{"postalCode"}},
		"no such state":       {good(func(d *Draft) { d.Region = "Bayern" }), []string{"region"}},
		"another country":     {good(func(d *Draft) { d.Country = "MX" }), []string{"country"}},
		"a link":              {good(func(d *Draft) { d.GiftMessage = "see www.example.com" }), []string{"giftMessage"}},
		"a recipient's phone": {good(func(d *Draft) { d.RecipientPhone = "call me" }), []string{"recipientPhone"}},
		"always required":     {good(inMexico), []string{"postalCode", "region", "neighborhood"}},
	} {
		_, err := accept(rulesOfAddresses(t), c.draft)
		var got []string
		if refused, is := errors.AsType[*fault.Error](err); is {
			for _, f := range refused.Fields {
				got = append(got, f.Name)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v (%v), want %v", name, got, err, c.want)
		}
	}
}

func TestZoneOfAMarket(t *testing.T) {
	r := rulesOfAddresses(t)
	for code, want := range map[string]string{"10001": "city", "12345": "state", "": ""} {
		if zone, ok := r.Zone("US", code); zone != want || !ok {
			t.Errorf("%q: %q, %t", code, zone, ok)
		}
	}
	if _, ok := r.Zone("US", "90210"); ok {
		t.Error("it delivers to Beverly Hills")
	}
	if zone, ok := someRules(t).Zone("US", "90210"); zone != "" || !ok {
		t.Errorf("rules from before zones: %q, %t", zone, ok)
	}
}
