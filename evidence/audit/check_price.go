package audit

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// bill is an order beside what its version of the rules says.
type bill struct {
	*life
	*market
	k *look
	v verdict
}

// bill returns what the order is compared with, or nil and why its price is not computed anew.
func (l *life) bill(k *look, v verdict) (b *bill, why string) {
	switch {
	case l.isTest() || l.terms.Imported != nil || l.imported():
		return nil, keepsPrice
	case len(l.terms.Lines) == 0 || l.rules == 0:
		return nil, keepsNoLines
	case l.version == nil:
		return nil, isMissing
	case l.version.err != nil:
		return nil, notReadable
	case l.version.Markets[l.market] == nil:
		return nil, isMissing
	}
	return &bill{life: l, market: l.version.Markets[l.market], k: k, v: v}, ""
}

// checkPrice computes the price of an order anew: that of each piece, what offers take off, and the sum.
func checkPrice(k *look, l *life, v verdict) {
	v.expect(l.unread == nil, "terms that can be read", "%v", l.unread)
	b, why := l.bill(k, v)
	switch {
	case why == isMissing:
		v.expect(false, fmt.Sprintf("version %d of the rules, with the market %s", l.rules, l.market), "there is none")
	case b == nil:
		k.unpriced[why]++
	default:
		b.expectPrice()
	}
}

func (b *bill) expectPrice() {
	b.is(b.Currency == b.currency, "the currency of the market, %s", b.Currency, b.currency)
	sum := int64(0)
	for _, n := range b.terms.Lines {
		b.expectLine(n)
		sum += n.Total
	}
	b.is(sum == b.total, "a total of %d, the sum of the lines", sum, b.total)
	if b.terms.Replaces == 0 {
		b.expectPieces()
		b.expectOffers()
		b.expectCharges()
	}
}

// is expects something, and formats only what is not so.
func (b *bill) is(ok bool, expected string, want, is any) {
	if ok {
		b.v.fine()
		return
	}
	b.v.expect(false, fmt.Sprintf(expected, want), "%v", is)
}

// expectLine expects a line to add up: the price of its pieces, less what offers take off, with the taxes that are added.
func (b *bill) expectLine(n line) {
	if n.Charge == "" && b.terms.Replaces == 0 {
		b.expectPiece(n)
	}
	left := n.left()
	want := left + n.Tax
	if b.Tax.Included {
		want = left - n.Relief
	}
	b.is(left >= 0 || n.Charge == toStep, n.name()+" for at least %d", 0, left)
	b.is(n.Total == want, n.name()+" for %d in all", want, n.Total)
}

// expectPiece expects a piece to be of the catalog, at its price and of its class.
func (b *bill) expectPiece(n line) {
	price, sold := b.version.price(n.SKU, b.market)
	class := b.version.products[n.SKU].TaxClass
	b.is(sold, "products of the rules, and not %s", n.SKU, n.SKU)
	b.is(n.UnitPrice == price, "a piece of "+n.SKU+" at %d", price, n.UnitPrice)
	b.is(n.Class == class || !b.terms.classed, n.SKU+" of the class %s", class, n.Class)
}

// price is that of a piece in a market.
func (r *version) price(sku string, in *market) (price int64, sold bool) {
	p, sold := r.products[sku]
	if !sold {
		return 0, false
	}
	return rounded(ratio(p.Price).Mul(ratio(p.Price), in.exchange), "half-up"), true
}

// expectPieces expects the lines to be of the pieces that the order has.
func (b *bill) expectPieces() {
	has, lines := map[string]int64{}, map[string]int64{}
	for _, sku := range strings.Split(b.products, ",") {
		has[strings.TrimSpace(sku)]++
	}
	for _, n := range b.terms.Lines {
		if n.Charge == "" {
			lines[n.SKU] += n.Quantity
		}
	}
	b.is(maps.Equal(has, lines), "lines of %v", has, lines)
}

// pricedWithin is how long before an order is stored its price may have been made.
const pricedWithin = time.Minute

// moments are the earliest and the latest at which the order's price was made.
func (l *life) moments() [2]time.Time {
	at := time.UnixMilli(l.createdAt)
	return [2]time.Time{at.Add(-pricedWithin), at}
}

// open reports whether a moment is within bounds on the market's clock. Bounds that are missing, or that cannot be read, are none.
func (m *market) open(at time.Time, from, until string) bool {
	begins, hasBegin := m.clock(from)
	ends, hasEnd := m.clock(until)
	return (!hasBegin || !at.Before(begins)) && (!hasEnd || at.Before(ends))
}

func (m *market) clock(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", text, m.zone)
	return at, err == nil
}
