package address

import (
	"slices"
	"testing"
)

func format(t *testing.T, country string, also ...string) Format {
	t.Helper()
	f, err := FormatOf(country, also...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFormats(t *testing.T) {
	us, mx := format(t, "US"), format(t, "MX", Neighborhood)
	if !slices.Equal(us.Required, []string{PostalCode, Region}) || !slices.Equal(mx.Required, []string{Neighborhood, PostalCode, Region}) {
		t.Errorf("required: %v, %v", us.Required, mx.Required)
	}
	if len(mx.Regions) != 32 || !slices.Contains(mx.Regions, Choice{"CMX", "Ciudad de México"}) {
		t.Errorf("Mexico has %v", mx.Regions)
	}
	if _, err := FormatOf("XX"); err == nil {
		t.Error("there is a country XX")
	}
}

func TestPostalCodesAndRegions(t *testing.T) {
	us, mx, britain := format(t, "US"), format(t, "MX"), format(t, "GB")
	for _, c := range []struct {
		f           Format
		typed, want string
		ok          bool
	}{
		{us, "10001", "10001", true}, {us, " 10001\u20111234 ", "10001-1234", true}, {us, "1000", "1000", false}, {us, "", "", false},
		{mx, "\u200e06700", "06700", true}, {mx, "0670", "0670", false}, {mx, "０６７００", "06700", true}, {britain, "sw1a\u00a01aa", "SW1A 1AA", true},
	} {
		if got, ok := c.f.ReadPostalCode(c.typed); got != c.want || ok != c.ok {
			t.Errorf("%q in %s: %q, %t", c.typed, c.f.Country, got, ok)
		}
	}
	for _, c := range []struct {
		f           Format
		typed, want string
		ok          bool
	}{
		{us, "ny", "NY", true}, {us, "new york", "NY", true}, {us, "Bayern", "Bayern", false}, {mx, "Michoacan", "MIC", true}, {britain, "Kent", "Kent", true},
	} {
		if got, ok := c.f.ReadRegion(c.typed); got != c.want || ok != c.ok {
			t.Errorf("%q in %s: %q, %t", c.typed, c.f.Country, got, ok)
		}
	}
}

func TestPhones(t *testing.T) {
	for _, c := range []struct{ typed, country, want string }{
		{"+1 212 555 0100", "US", "+12125550100"}, {"(212)\u00a0555\u20110100", "US", "+12125550100"}, {"\u202a212.555.0100\u202c", "US", "+12125550100"},
		{"212 555 0100 x12", "US", "+12125550100 ext. 12"}, {"55 5555 0100", "MX", "+525555550100"},
		{"+52 55 5555 0100", "US", "+525555550100"}, {"321321321", "US", ""}, {"123", "US", ""}, {"nobody", "US", ""}, {"", "US", ""},
	} {
		if got, ok := Phone(c.typed, c.country); got != c.want || ok != (c.want != "") {
			t.Errorf("%q in %s: %q, %t; want %q", c.typed, c.country, got, ok, c.want)
		}
	}
}

// TestZones: the first zone that fits is the one, whatever the code is typed like; a code that is in none is not delivered to.
func TestZones(t *testing.T) {
	zones := Zones{{"near", []string{"100", "SW1"}}, {"far", []string{"101-119", "2"}}}
	for _, c := range []struct {
		code, zone  string
		deliverable bool
	}{
		{"10001", "near", true}, {"10100", "far", true}, {"11999-1234", "far", true}, {"12000", "", false}, {"2", "far", true}, {"sw1a 1aa", "near", true},
		{"", "", true}, {"1", "", false},
	} {
		if zone, ok := zones.Of(c.code); zone != c.zone || ok != c.deliverable {
			t.Errorf("%q: %q, %t", c.code, zone, ok)
		}
	}
	if zone, ok := (Zones)(nil).Of("99999"); zone != "" || !ok {
		t.Errorf("without zones: %q, %t", zone, ok)
	}
	for codes, valid := range map[string]bool{"100": true, "100-104": true, "104-100": false, "10-104": false, "1 2": false, "": false, "a": false} {
		if ValidCodes(codes) != valid {
			t.Errorf("%q: %t", codes, !valid)
		}
	}
}
