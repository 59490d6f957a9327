package rules

import (
	"fmt"
	"maps"
	"slices"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

// extremes checks that the largest orders that the rules allow can be made: a full cart of the dearest product, and one of as
// many different products under as many offers as there can be.
func (c *checker) extremes(rules *order.Rules) {
	for _, name := range slices.Sorted(maps.Keys(rules.Markets)) {
		for i, p := range rules.Catalog {
			c.fullCart(rules, name, p, fmt.Sprintf("catalog[%d].price", i))
		}
	}
	size := rules.Largest()
	c.require(size <= order.MaxSize, "offers", "an order of %d pieces under all offers could have %d bytes, and %d is the most: have fewer offers, or fewer maxPieces",
		rules.MaxPieces, size, order.MaxSize)
}

// fullCart checks that as many pieces of a product as an order may have do not cost more than an order can.
func (c *checker) fullCart(rules *order.Rules, name string, p order.Product, at string) {
	market := rules.Markets[name]
	price, err := market.PriceIn(p)
	if err == nil {
		price, err = withTaxesAnywhere(price, market.Tax)
	}
	c.require(err != nil || price.Minor > 0, at, "is nothing in market %s: less than its smallest coin", name)
	most := money.Amount{Minor: order.MaxTotal, Currency: market.Currency}
	if err == nil {
		each, once := chargedBy(market)
		price.Minor, most.Minor = price.Minor+each, most.Minor-once
	}
	if !c.require(err == nil && price.Minor <= most.Minor, at, "is too large in market %s: an order can have a total of %s", name, most) || price.Minor <= 0 {
		return
	}
	pieces := most.Minor / price.Minor
	c.require(int64(rules.MaxPieces) <= pieces, at, "is too large in market %s: %d pieces with their taxes can cost more than %s, the most that an order can have as its total; orders.maxPieces can be %d",
		name, rules.MaxPieces, most, pieces)
	c.require(pieces < int64(rules.MaxPieces) || rules.InCatalog(name, int64(rules.MaxPieces)*price.Minor) <= order.MaxTotal, at,
		"is too large in market %s: %d pieces with their taxes can cost more than %d minor units of %s", name, rules.MaxPieces, order.MaxTotal, rules.Currency)
}

// chargedBy is what a market charges at most for each piece and for each order, with taxes.
func chargedBy(m order.Market) (each, once int64) {
	for _, charge := range m.Charges {
		amount, err := withTaxesAnywhere(money.Amount{Minor: charge.Amount, Currency: m.Currency}, m.Tax)
		switch {
		case err != nil:
			return order.MaxTotal, order.MaxTotal
		case charge.PerPiece:
			each += amount.Minor
		default:
			once += amount.Minor
		}
	}
	return each, once
}

// withTaxesAnywhere is a price with its taxes where they are highest.
func withTaxesAnywhere(price money.Amount, tax pricing.Tax) (most money.Amount, err error) {
	most = price
	for _, here := range tax.Everywhere() {
		taxed, err := withTaxes(price, here)
		if err != nil {
			return price, err
		}
		if taxed.Minor > most.Minor {
			most = taxed
		}
	}
	return most, nil
}

// withTaxes is a price with all taxes that are added to it, if each is for it.
func withTaxes(price money.Amount, tax pricing.Tax) (money.Amount, error) {
	if tax.Included {
		return price, nil
	}
	for _, authority := range tax.Authorities {
		added, err := authority.Most().Of(price.Minor)
		if err != nil {
			return price, err
		}
		if price, err = price.Add(money.Amount{Minor: added + 1, Currency: price.Currency}); err != nil { // taxes are rounded
			return price, err
		}
	}
	return price, nil
}
