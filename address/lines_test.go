package address

import (
	"testing"
)

// TestPlace: each country in its own order, and nothing but what there is.
func TestPlace(t *testing.T) {
	for _, c := range []struct{ country, city, region, postalCode, want string }{
		{"US", "Springfield", "IL", "62701", "Springfield, IL 62701"},
		{"MX", "Ciudad de México", "CMX", "06700", "06700 Ciudad de México, CMX"},
		{"", "Springfield", "IL", "62701", "Springfield, IL 62701"},
		{"ZZ", "Springfield", "IL", "62701", "Springfield, IL 62701"},
		{"DE", "Berlin", "", "10115", "10115 Berlin"},
		{"US", "Springfield", "", "62701", "Springfield 62701"},
		{"US", "Springfield", "IL", "", "Springfield, IL"},
		{"MX", "Toluca", "", "50000", "50000 Toluca"},
		{"MX", "Toluca", "MEX", " ", "Toluca, MEX"},
		{"US", "Thatplace", "", "", "Thatplace"}, {"MX", "Thatplace", "", "", "Thatplace"}, {"MX", "", "", "", ""},
	} {
		if got := Place(c.country, c.city, c.region, c.postalCode); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestPlaceIsCheap: an address is written in two mails of each order, and putting together what the library knows of a country
// took a tenth of all that an order allocates.
func TestPlaceIsCheap(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Place("US", "Springfield", "IL", "62701") }); n > 10 {
		t.Errorf("a line takes %v allocations", n)
	}
}
