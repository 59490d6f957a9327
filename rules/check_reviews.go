package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// reviewEntries says, for each review, which orders must pass it: those that one of its entries is about.
type reviewEntries map[string][]reviewEntry

type reviewEntry struct {
	Markets       []string                 `json:"markets,omitempty" jsonschema:"The markets that it is about; all where it is missing"`
	CustomerTypes []string                 `json:"customerTypes,omitempty" jsonschema:"The customer types that it is about; all where it is missing"`
	Over          map[money.Currency]int64 `json:"over,omitempty" jsonschema:"Only orders that cost more, in minor units for each currency"`
}

func (c *checker) reviews(f form) map[string][]order.ReviewRule {
	rules := map[string][]order.ReviewRule{}
	for _, step := range slices.Sorted(maps.Keys(f.Reviews)) {
		known := slices.Contains(event.ReviewSteps(), step)
		c.need(known, "reviews."+step, "there is no such review; there are %s", strings.Join(event.ReviewSteps(), ", "))
		for i, r := range f.Reviews[step] {
			c.review(f, fmt.Sprintf("reviews.%s[%d]", step, i), r)
			rules[step] = append(rules[step], order.ReviewRule(r))
		}
	}
	return rules
}

func (c *checker) review(f form, at string, r reviewEntry) {
	for i, m := range r.Markets {
		_, known := f.Markets[m]
		c.require(known, fmt.Sprintf("%s.markets[%d]", at, i), "there is no market %q", m)
	}
	for i, t := range r.CustomerTypes {
		_, known := f.CustomerTypes[t]
		c.require(known, fmt.Sprintf("%s.customerTypes[%d]", at, i), "there is no customer type %q", t)
	}
	if len(r.Over) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(f.Markets)) {
		_, has := r.Over[f.Markets[name].Currency]
		c.require(has || !r.concerns(f, name), at+".over", "has no amount in %s, the currency of market %s", f.Markets[name].Currency, name)
	}
}

// secondPerson wants an amount for each market: one that was forgotten would be none.
func (c *checker) secondPerson(f form) map[money.Currency]int64 {
	for _, name := range slices.Sorted(maps.Keys(f.Markets)) {
		_, has := f.SecondPersonOver[f.Markets[name].Currency]
		c.require(has || len(f.SecondPersonOver) == 0, "secondPersonOver", "has no amount in %s, the currency of market %s", f.Markets[name].Currency, name)
	}
	return f.SecondPersonOver
}

// concerns reports whether an entry is about orders of a market.
func (r reviewEntry) concerns(f form, market string) bool {
	if len(r.Markets) > 0 && !slices.Contains(r.Markets, market) {
		return false
	}
	for name, t := range f.CustomerTypes {
		if (len(r.CustomerTypes) == 0 || slices.Contains(r.CustomerTypes, name)) && slices.Contains(t.Markets, market) {
			return true
		}
	}
	return false
}
