package order

import (
	"fmt"
	"math"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/pricing"
)

// inMarket reports whether a draft's price is in the market's currency. Else it is in the catalog's.
func (r *Rules) inMarket(d Draft, m Market) bool {
	return m.Rate == nil || d.Currency == m.Currency
}

// InCatalog is a price in a market in minor units of the catalog's currency; more than any order may cost where it is too large
// to tell.
func (r *Rules) InCatalog(market string, minor int64) int64 {
	return r.inCatalog(r.Markets[market], minor)
}

func (r *Rules) inCatalog(m Market, minor int64) int64 {
	if m.Rate == nil {
		return minor
	}
	price, err := m.Rate.Invert(money.Amount{Minor: minor, Currency: m.Currency}, r.Currency)
	if err != nil {
		return math.MaxInt64
	}
	return price.Minor
}

func (r *Rules) checkCurrency(d Draft, m Market, wrong *problems) bool {
	switch d.Currency {
	case "", m.Currency, r.Currency:
		return true
	}
	allowed := string(m.Currency)
	if r.Currency != m.Currency {
		allowed = fmt.Sprintf("%s or %s", m.Currency, r.Currency)
	}
	wrong.add("currency", "must be %s, or left out", allowed)
	return false
}

// brought is the price that a test order brings, in the market's currency.
func (r *Rules) brought(d Draft, m Market, wrong *problems) int64 {
	if r.inMarket(d, m) {
		return d.TotalPrice
	}
	price, err := m.Rate.Convert(money.Amount{Minor: d.TotalPrice, Currency: r.Currency}, m.Currency)
	if err != nil || price.Minor > MaxTotal {
		wrong.add("totalPrice", "must be at most %d minor units of %s", MaxTotal, m.Currency)
	}
	return price.Minor
}

// checkTotal checks that the customer was shown the price: the quote's total, in the currency that the draft is in.
func (r *Rules) checkTotal(d Draft, m Market, items event.Items, q pricing.Quote, wrong *problems) {
	price, sent := q.Amount(), money.Amount{Minor: d.TotalPrice, Currency: m.Currency}
	if r.inMarket(d, m) {
		if price != sent {
			wrong.add("totalPrice", "must be %d (%s); it is %d (%s)", price.Minor, price, sent.Minor, sent)
		}
		return
	}
	sent.Currency = r.Currency
	inCatalog := money.Amount{Minor: r.inCatalog(m, q.Total), Currency: r.Currency}
	if sent != inCatalog && sent.Minor != r.listed(items, q) {
		wrong.add("totalPrice", "must be %d (%s), or %d (%s) with the currency %s; it is %d (%s)",
			inCatalog.Minor, inCatalog, price.Minor, price, m.Currency, sent.Minor, sent)
	}
}

// listed is what pieces cost by the catalog, where neither offers nor taxes change that; else -1. A client of the seed adds up
// these prices, while the quote rounds each of them in the market's currency.
func (r *Rules) listed(items event.Items, q pricing.Quote) int64 {
	if q.Total != q.Subtotal {
		return -1
	}
	var sum int64
	for _, item := range items {
		p, _ := r.product(item.SKU)
		sum += p.Price.Minor * item.Quantity
	}
	return sum
}
