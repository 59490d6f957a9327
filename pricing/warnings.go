package pricing

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"acme.example/webshop/money"
)

var (
	places   = regexp.MustCompile(`\bmarket\.(currency|name)\b`)
	sums     = regexp.MustCompile(`\b(cart\.subtotal|[a-z]+\.(price|total))\b`)
	compares = regexp.MustCompile(`[<>]|[=!]=`)
)

// Warnings tells which offers may not mean what they say: in a shop with several currencies, a condition that compares an amount is
// about another price in each of them, unless it says which currency or market it is for.
func Warnings(spec Spec) (all []Problem) {
	currencies := map[money.Currency]bool{}
	for _, m := range spec.Markets {
		currencies[m.Currency] = true
	}
	if len(currencies) < 2 {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(spec.Offers)) {
		o := spec.Offers[name]
		if places.MatchString(o.When) {
			continue
		}
		for _, c := range []struct{ field, text string }{{"when", o.When}, {"items", o.Items}} {
			if at := sums.FindStringIndex(c.text); at != nil && compares.MatchString(c.text) && !places.MatchString(c.text) {
				line := strings.Count(c.text[:at[0]], "\n")
				all = append(all, Problem{Offer: name, Field: c.field, Line: line, Text: "compares " + c.text[at[0]:at[1]] + " with the same number in every currency; say which one it is for, e.g. market.currency == \"USD\""})
			}
		}
	}
	return all
}
