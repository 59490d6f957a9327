package address

import "testing"

// TestJurisdictions: the region counts before the postal code, a city is told by its postal codes, and there is a default.
func TestJurisdictions(t *testing.T) {
	all := Jurisdictions{Default: "ON", All: []Jurisdiction{
		{Name: "Chicago", PostalCodes: []string{"606-607"}}, {Name: "IL", Regions: []string{"IL"}, PostalCodes: []string{"60-62"}},
		{Name: "ON", Regions: []string{"ON"}, PostalCodes: []string{"K", "M"}}, {Name: "BC", Regions: []string{"BC"}, PostalCodes: []string{"V"}},
	}}
	for _, c := range []struct{ region, code, want string }{
		{"", "", "ON"}, {"BC", "", "BC"}, {" bc ", "", "BC"}, {"", "v6b 1a1", "BC"}, {"BC", "M5V 2T6", "BC"}, {"", "T2P", "ON"}, {"AB", "V6B 1A1", "ON"},
		{"IL", "60601", "Chicago"}, {"IL", "62701-1234", "IL"}, {"", "62701", "IL"}, {"IL", "", "IL"},
	} {
		if got := all.Of(c.region, c.code); got != c.want {
			t.Errorf("%q, %q is in %s, want %s", c.region, c.code, got, c.want)
		}
	}
	if got := (Jurisdictions{}).Of("BC", "V6B"); got != "" {
		t.Errorf("a market without jurisdictions: %q", got)
	}
}
