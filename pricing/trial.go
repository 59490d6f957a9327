package pricing

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// mostTrials bounds the carts for trying offers, as far as two products for each offer, market and customer type allow.
const mostTrials = 100_000

// trials evaluates each offer's expressions for sample carts: each product alone, once and in the maximum quantity, and
// as many products and pieces at once as possible; for each market and each of its customer types; and, if it uses the
// time, now and at the bounds of its period. An offer that fails, costs too much, or takes off more than the price is
// reported with the first such cart. Of a large catalog only some products are tried.
func (c *compiler) trials() {
	c.spec.Products = c.sampled()
	for _, o := range c.set.offers {
		if o.when == nil && o.items == nil && o.amount == nil && len(o.Amounts) == 0 {
			continue // nothing that could fail
		}
		if field, text := c.set.trial(o, c.spec); text != "" {
			c.wrong = append(c.wrong, Problem{Offer: o.name, Field: field, Text: text})
		}
	}
}

// sampled returns as many products as can be tried: the cheapest, the most expensive, one of each category, and others
// from all over the catalog.
func (c *compiler) sampled() (some []Product) {
	all, segments := c.spec.Products, 0
	for _, markets := range c.spec.CustomerTypes {
		segments += len(markets)
	}
	n := min(max(mostTrials/max(2*len(c.set.offers)*segments, 1), 2), len(all))
	chosen := map[int]bool{}
	for _, i := range c.notable() {
		if chosen[i] = true; len(chosen) >= n {
			break
		}
	}
	for i := range n - len(chosen) {
		chosen[i*len(all)/n] = true
	}
	for _, i := range slices.Sorted(maps.Keys(chosen)) {
		some = append(some, all[i])
	}
	return some
}

// notable returns the positions of the cheapest and the most expensive product of each market, and of the first one of
// each category: with these an offer is most likely to fail.
func (c *compiler) notable() (at []int) {
	all := c.spec.Products
	for _, name := range slices.Sorted(maps.Keys(c.spec.Markets)) {
		cheapest, dearest, prices := 0, 0, c.spec.Markets[name].Prices
		for i, p := range all {
			if prices[p.SKU] < prices[all[cheapest].SKU] {
				cheapest = i
			}
			if prices[p.SKU] > prices[all[dearest].SKU] {
				dearest = i
			}
		}
		at = append(at, cheapest, dearest)
	}
	categories := map[string]bool{}
	for i, p := range all {
		if !categories[p.Category] {
			at, categories[p.Category] = append(at, i), true
		}
	}
	return at
}

// trial tries one offer, and returns what is wrong with it.
func (s *Set) trial(o *offer, spec Spec) (field, wrong string) {
	for _, market := range slices.Sorted(maps.Keys(s.markets)) {
		for _, customerType := range slices.Sorted(maps.Keys(s.types)) {
			if !slices.Contains(s.types[customerType], market) {
				continue
			}
			for items := range samples(spec.Products, s.maxPieces) {
				for _, now := range o.moments(spec.Now, s.markets[market].Zone) {
					c := Cart{Market: market, CustomerType: customerType, Items: items, Now: now}
					if field, wrong = s.try(o, c); wrong != "" {
						return field, wrong
					}
				}
			}
		}
	}
	return "", ""
}

// samples yields the carts.
func samples(products []Product, maxPieces int) func(yield func(event.Items) bool) {
	return func(yield func(event.Items) bool) {
		var all event.Items
		for _, p := range products {
			all = append(all, event.Item{SKU: p.SKU, Quantity: 1})
			if !yield(event.Items{{SKU: p.SKU, Quantity: 1}}) || !yield(event.Items{{SKU: p.SKU, Quantity: int64(maxPieces)}}) {
				return
			}
		}
		if len(all) == 0 || !yield(all[:min(len(all), maxPieces)]) {
			return
		}
		yield(slices.Repeat(all, maxPieces/len(all)+1)[:maxPieces])
	}
}

// moments returns the times at which an offer is tried.
func (o *offer) moments(now time.Time, zone *time.Location) []time.Time {
	moments := []time.Time{now}
	if !strings.Contains(o.When+o.Items+o.Amount, "now") {
		return moments
	}
	for _, edge := range []Clock{o.From, o.Until} {
		if !edge.IsZero() {
			moments = append(moments, edge.In(zone).Add(-time.Second), edge.In(zone))
		}
	}
	return moments
}

// try evaluates an offer's expressions for one cart, and returns what is wrong.
func (s *Set) try(o *offer, c Cart) (field, wrong string) {
	b, err := s.open(c)
	if err != nil {
		return "", err.Error()
	}
	holds, err := b.holds(o.when)
	if err != nil {
		return "when", c.failed(err)
	}
	which, err := b.which(o.items)
	if err != nil {
		return "items", c.failed(err)
	}
	amount, err := b.fixed(o)
	if holds && err != nil {
		return "amount", c.failed(err)
	}
	left, any := int64(0), false
	for i, matches := range which {
		if any = any || matches; matches {
			left += b.lines[i].left
		}
	}
	if holds && any && amount > left {
		return "amount", c.failed(fmt.Errorf("it takes %s off %s: the price would be negative; say when it is for less",
			money.Amount{Minor: amount, Currency: b.market.Currency}, money.Amount{Minor: left, Currency: b.market.Currency}))
	}
	return "", ""
}

// failed says for which cart something went wrong.
func (c Cart) failed(err error) string {
	skus := c.Items.SKUs()
	cart := strings.Join(skus[:min(len(skus), 3)], ",")
	if len(skus) > 3 {
		cart = fmt.Sprintf("%s,… (%d pieces)", cart, len(skus))
	}
	return fmt.Sprintf("for a %s cart of %s in %s: %s", c.CustomerType, cart, c.Market, err)
}
