package address

import (
	"slices"
	"strings"
)

// Jurisdiction is a part of a market with taxes of its own, by regions and by postal codes as of a Zone.
type Jurisdiction struct {
	Name        string
	Regions     []string // as they are stored, e.g. NY
	PostalCodes []string
}

// Jurisdictions are those of a market; none: its taxes are the same everywhere.
type Jurisdictions struct {
	All     []Jurisdiction
	Default string // of addresses that are in none
}

// Of returns the first jurisdiction that an address is in: by its region or, where the address has none or the jurisdiction
// names none, by its postal code.
func (j Jurisdictions) Of(region, postalCode string) string {
	region, code := strings.TrimSpace(region), letters(postalCode)
	for _, one := range j.All {
		if one.has(region, code) {
			return one.Name
		}
	}
	return j.Default
}

func (j Jurisdiction) has(region, code string) bool {
	if region != "" && len(j.Regions) > 0 {
		return slices.ContainsFunc(j.Regions, func(r string) bool { return strings.EqualFold(r, region) })
	}
	return code != "" && slices.ContainsFunc(j.PostalCodes, func(codes string) bool { return within(code, codes) })
}
