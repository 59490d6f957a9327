package rules

import (
	"fmt"
	"slices"

	"acme.example/webshop/address"
	"acme.example/webshop/order"
)

type addressEntry struct {
	Country  string      `json:"country" jsonschema:"ISO 3166-1 code of the country that the market is in, whose addresses are known"`
	Required string      `json:"required,omitempty" jsonschema:"pages: only the order form asks for what an address needs, which is also so where it is missing. always: no order is taken without it"`
	Fields   []string    `json:"fields,omitempty" jsonschema:"What an address needs besides what all of the country need"`
	Zones    []zoneEntry `json:"zones,omitempty" jsonschema:"Where we deliver, by postal code, the first zone that fits; everywhere where it is missing"`
}

type zoneEntry struct {
	Name        string   `json:"name" jsonschema:"The zone's name"`
	PostalCodes []string `json:"postalCodes" jsonschema:"Beginnings of postal codes, such as 100, or ranges of them, such as 100-104"`
}

const (
	requiredOnPages = "pages"
	requiredAlways  = "always"
)

func (c *checker) address(e *addressEntry, at string) *order.AddressRules {
	if e == nil {
		return nil
	}
	format, err := address.FormatOf(e.Country, e.Fields...)
	if !c.require(err == nil, at+".country", "there is no country %q", e.Country) && err != nil {
		c.leftOut = append(c.leftOut, fmt.Sprintf("%s: the country %q is not known here", at, e.Country))
		return nil
	}
	rules := &order.AddressRules{Format: format, Always: e.Required == requiredAlways}
	for i, z := range e.Zones {
		for j, codes := range z.PostalCodes {
			c.require(address.ValidCodes(codes), fmt.Sprintf("%s.zones[%d].postalCodes[%d]", at, i, j), "%q is not from one beginning to a later one of the same length", codes)
		}
		rules.Zones = append(rules.Zones, address.Zone{Name: z.Name, PostalCodes: z.PostalCodes})
	}
	return rules
}

func addressLimits() map[string]limit {
	return map[string]limit{
		"markets.*.address.country":               pattern(`^[A-Z]{2}$`, "must be two capital letters such as US"),
		"markets.*.address.required":              oneOf(requiredOnPages, requiredAlways),
		"markets.*.address.fields":                items(1, len(address.Fields)),
		"markets.*.address.fields[]":              oneOf(address.Fields...),
		"markets.*.address.zones":                 items(1, maxNamed),
		"markets.*.address.zones[].name":          pattern(order.Name, "must be 1 to 32 letters, digits, _ and -, a letter or digit first"),
		"markets.*.address.zones[].postalCodes":   items(1, maxPostalCodes),
		"markets.*.address.zones[].postalCodes[]": pattern(address.PostalCodesPattern, "must be the beginning of postal codes such as 100, in quotes, or a range such as 100-104"),
	}
}

// hasZone reports whether a market's addresses have a zone of a name.
func hasZone(m order.Market, name string) bool {
	return m.Address != nil && slices.ContainsFunc(m.Address.Zones, func(z address.Zone) bool { return z.Name == name })
}
