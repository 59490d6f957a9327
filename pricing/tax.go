package pricing

import (
	"slices"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// tax adds the market's taxes to each line, or computes how much of its price they are.
func (b *bill) tax(customerType string) error {
	sums := make([]int64, len(b.market.Tax.Rates))
	for _, l := range b.lines {
		rates := b.market.Tax.ratesFor(customerType, l.category)
		for _, at := range rates {
			amount, err := b.market.Tax.of(l.left, at, rates)
			if err != nil {
				return err
			}
			sums[at] += amount
			l.Tax += amount
			if !b.market.Tax.Included {
				l.added += amount
			}
		}
	}
	for at, sum := range sums {
		if r := b.market.Tax.Rates[at]; sum > 0 {
			b.taxes = append(b.taxes, event.Tax{Name: r.Name, Rate: r.Percent.String(), Included: b.market.Tax.Included, Amount: sum})
		}
	}
	return nil
}

// ratesFor returns the positions of the rates for a customer type and a category of products.
func (t Tax) ratesFor(customerType, category string) (places []int) {
	for i, r := range t.Rates {
		if (len(r.CustomerTypes) == 0 || slices.Contains(r.CustomerTypes, customerType)) &&
			(len(r.Categories) == 0 || slices.Contains(r.Categories, category)) {
			places = append(places, i)
		}
	}
	return places
}

// of returns one of a line's taxes on the rest of its price.
func (t Tax) of(left int64, at int, rates []int) (int64, error) {
	share := t.Rates[at].Percent
	if !t.Included {
		return share.Of(left)
	}
	whole := money.Hundred
	for _, i := range rates {
		whole += t.Rates[i].Percent
	}
	return money.MulDiv(left, int64(share), int64(whole))
}
