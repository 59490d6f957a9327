package address

import (
	"regexp"
	"strings"
)

// Zone is a part of a market, by its postal codes: beginnings such as 100, or ranges of beginnings such as 100-104.
type Zone struct {
	Name        string
	PostalCodes []string
}

// Zones are where a market delivers; none: everywhere, which is one zone without a name.
type Zones []Zone

// PostalCodesPattern is what an entry of Zone.PostalCodes looks like.
const PostalCodesPattern = `^[0-9A-Z]{1,10}(-[0-9A-Z]{1,10})?$`

var postalCodes = regexp.MustCompile(PostalCodesPattern)

// Of returns the first zone that a postal code is in, and whether there is delivery to it. An order without a postal code is
// delivered to, and its zone is not known: "".
func (z Zones) Of(postalCode string) (name string, deliverable bool) {
	code := letters(postalCode)
	if code == "" || len(z) == 0 {
		return "", true
	}
	for _, zone := range z {
		for _, codes := range zone.PostalCodes {
			if within(code, codes) {
				return zone.Name, true
			}
		}
	}
	return "", false
}

// Places are how many deliveries a window takes: those of a market, and of each of its zones that is counted by itself.
type Places struct {
	Market int
	Zones  map[string]int
}

// In returns how many a window takes for an address in a zone, and the zone that is counted for it; "": the market.
func (p Places) In(zone string) (places int, counted string) {
	if own, there := p.Zones[zone]; there {
		return own, zone
	}
	return p.Market, ""
}

// within reports whether a code begins as codes says.
func within(code, codes string) bool {
	first, last, isRange := strings.Cut(codes, "-")
	if !isRange {
		return strings.HasPrefix(code, first)
	}
	return len(code) >= len(first) && code[:len(first)] >= first && len(code) >= len(last) && code[:len(last)] <= last
}

// ValidCodes reports whether a text can be an entry of Zone.PostalCodes: a range is from a beginning to another of the same length.
func ValidCodes(codes string) bool {
	first, last, isRange := strings.Cut(codes, "-")
	return postalCodes.MatchString(codes) && (!isRange || len(first) == len(last) && first <= last)
}

// letters are the letters and digits of a postal code.
func letters(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(Plain(code)))
}
