package rules

import (
	"fmt"
	"slices"

	"acme.example/webshop/address"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

type jurisdictionEntry struct {
	Name        string   `json:"name" jsonschema:"The jurisdiction's name, which authorities and treatments can be for"`
	Regions     []string `json:"regions,omitempty" jsonschema:"The codes of its states or regions, such as NY"`
	PostalCodes []string `json:"postalCodes,omitempty" jsonschema:"Beginnings of its postal codes, such as 606, or ranges of them, such as 600-629: of an address without a region, and where the jurisdiction has no regions"`
}

// jurisdictions checks the parts of a market that tax in their own ways.
func (c *checker) jurisdictions(e *taxEntry, of *order.AddressRules, at string) (all address.Jurisdictions) {
	if e == nil || len(e.Jurisdictions) == 0 && e.DefaultJurisdiction == "" {
		return all
	}
	all.Default = e.DefaultJurisdiction
	c.require(len(e.Authorities) > 0, at+".jurisdictions", "are for taxes of authorities")
	c.require(slices.Contains(e.names(), e.DefaultJurisdiction), at+".defaultJurisdiction", "must be one of %v: the taxes of orders whose address is in none of the others", e.names())
	for i, j := range e.Jurisdictions {
		place := fmt.Sprintf("%s.jurisdictions[%d]", at, i)
		c.require(slices.Index(e.names(), j.Name) == i, place+".name", "%s is there twice", j.Name)
		c.require(len(j.Regions)+len(j.PostalCodes) > 0 || j.Name == all.Default, place, "must have regions or postalCodes")
		for k, region := range j.Regions {
			c.require(hasRegion(of, region), fmt.Sprintf("%s.regions[%d]", place, k), "there is no region with the code %q in the country of the market's address", region)
		}
		for k, codes := range j.PostalCodes {
			c.require(address.ValidCodes(codes), fmt.Sprintf("%s.postalCodes[%d]", place, k), "%q is not from one beginning to a later one of the same length", codes)
		}
		all.All = append(all.All, address.Jurisdiction(j))
	}
	return all
}

// names are those of the jurisdictions.
func (e *taxEntry) names() (names []string) {
	for _, j := range e.Jurisdictions {
		names = append(names, j.Name)
	}
	return names
}

// hasRegion reports whether a market's addresses can have a region.
func hasRegion(of *order.AddressRules, code string) bool {
	return of != nil && (of.Regions == nil || slices.ContainsFunc(of.Regions, func(r address.Choice) bool { return r.Code == code }))
}

// within checks that jurisdictions which a part of the taxes is for are there.
func (c *checker) within(wanted, known []string, at string) {
	for i, name := range wanted {
		c.require(slices.Contains(known, name), fmt.Sprintf("%s.jurisdictions[%d]", at, i), "there is no jurisdiction %q", name)
	}
}

// taxedEverywhere checks that some authority is for each jurisdiction.
func (c *checker) taxedEverywhere(t pricing.Tax, at string) {
	for i, name := range t.Jurisdictions {
		c.require(len(t.In(name).Authorities) > 0, fmt.Sprintf("%s.jurisdictions[%d]", at, i), "no authority is for %s: say one with the treatment out-of-scope, if nothing is owed there", name)
	}
}

func jurisdictionLimits() map[string]limit {
	name := pattern(order.Name, "must be 1 to 32 letters, digits, _ and -, a letter or digit first")
	return map[string]limit{
		"markets.*.tax.jurisdictions":                            items(1, maxNamed),
		"markets.*.tax.jurisdictions[].name":                     name,
		"markets.*.tax.jurisdictions[].regions":                  items(1, maxNamed),
		"markets.*.tax.jurisdictions[].regions[]":                line(32),
		"markets.*.tax.jurisdictions[].postalCodes":              items(1, maxPostalCodes),
		"markets.*.tax.jurisdictions[].postalCodes[]":            pattern(address.PostalCodesPattern, "must be the beginning of postal codes such as 100, in quotes, or a range such as 100-104"),
		"markets.*.tax.defaultJurisdiction":                      name,
		"markets.*.tax.authorities[].jurisdictions":              items(1, maxNamed),
		"markets.*.tax.authorities[].treatments[].jurisdictions": items(1, maxNamed),
	}
}
