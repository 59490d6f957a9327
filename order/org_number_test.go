package order

import (
	"strings"
	"testing"

	"acme.example/webshop/event"
)

// businessRules are the rules of the tests with a form of the number of its own in MX.
func businessRules(t *testing.T) *Rules {
	t.Helper()
	r := someRules(t)
	r.CustomerTypes = map[string]CustomerType{"B2B": {Markets: []string{"US", "MX"}, OrgNumber: &OrgNumbers{Min: 9, Max: 9, Markets: map[string]Detail{}}}}
	rfc, err := NewDetail("orgNumber", "[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{3}", "")
	if err != nil {
		t.Fatal(err)
	}
	rfc.Required = true
	r.CustomerTypes["B2B"].OrgNumber.Markets["MX"] = rfc
	return r
}

func TestTaxIDsOfMarkets(t *testing.T) {
	rules := businessRules(t)
	for _, c := range []struct {
		market        string
		number, taken OrgNumber
		wrong         string
	}{
		{"US", "12-3456789", "123456789", ""},
		{"US", " 12 3456789 ", "123456789", ""},
		{"US", "12–3456789", "123456789", ""},
		{"US", "-123456789", "", "must be 9 to 9 digits"},
		{"US", "12-345678A", "", "must be 9 to 9 digits"},
		{"MX", "xaxx-010101 000", "XAXX010101000", ""},
		{"MX", "ñ&a010101ab1", "Ñ&A010101AB1", ""},
		{"MX", "123456789", "", "must be of the form [A-ZÑ&]"},
		{"MX", "", "", "must be 4 to 20 letters and digits"},
		{"MX", "XAXX/010101000", "", "must be 4 to 20 letters and digits"},
		{"MX", OrgNumber(strings.Repeat("A", 21)), "", "must be 4 to 20 letters and digits"},
	} {
		d := good(func(d *Draft) { d.CustomerType, d.Market, d.OrgNumber, d.TestID = "B2B", c.market, c.number, 1 })
		o, err := accept(rules, d)
		if c.wrong == "" && (err != nil || o.OrgNumber != string(c.taken)) || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), "orgNumber: "+c.wrong)) {
			t.Errorf("%s %q: %q, %v; want %q %s", c.market, c.number, o.OrgNumber, err, c.taken, c.wrong)
		}
	}
}

// TestEventsTellLettersApart: readers of the first version refuse letters in orgNumber.
func TestEventsTellLettersApart(t *testing.T) {
	for number, want := range map[string][2]string{"123456789": {"123456789", ""}, "DE123456789": {"", "DE123456789"}, "12345": {"", "12345"}, "": {}} {
		created := Order{Status: Created, OrgNumber: number}.Arrived()[0].(event.OrderCreated)
		if created.OrgNumber != want[0] || created.TaxID != want[1] {
			t.Errorf("%q: %q and %q", number, created.OrgNumber, created.TaxID)
		}
	}
}
