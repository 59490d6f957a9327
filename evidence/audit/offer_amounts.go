package audit

import (
	"fmt"
	"math/big"
)

// expectOffer expects the amount that an offer's effect makes.
func (b *bill) expectOffer(t *taken) {
	for _, p := range t.lines {
		b.is(*p.amount > 0, t.name+" takes off more than %d", 0, *p.amount)
	}
	amounts, fixed := t.Amount.(map[string]any)
	switch {
	case t.Free != nil:
		b.expectGift(t)
	case t.Nth > 0:
		b.expectNth(t)
	case t.Percent != "":
		b.expectPercent(t)
	case fixed:
		want := number(amounts[b.Currency])
		less := t.cut() || t.emptied && (t.Items != "" || !positive(t.others))
		b.is(t.sum == want || t.sum < want && less, t.name+" takes %d off", want, t.sum)
		b.expectSpread(t)
	default:
		b.k.unpriced[byExpression]++
	}
}

// expectGift expects a gift to be free, and to be there.
func (b *bill) expectGift(t *taken) {
	price, _ := b.version.price(t.Free.SKU, b.market)
	want := price * t.Free.Quantity
	b.is(t.sum == want, t.name+" takes %d off, the price of its gift", want, t.sum)
	pieces := int64(0)
	for _, n := range b.terms.Lines {
		if n.Gift && n.SKU == t.Free.SKU {
			pieces += n.Quantity
		}
	}
	b.is(pieces >= t.Free.Quantity, t.name+" with its gift, %s", t.Free.SKU, pieces)
	if t.spread {
		b.expectSpread(t)
	}
}

// expectPercent expects a percentage of the sum of the offer's lines. An expression may name them: then lines of which the offer would
// take less than the smallest coin may be among them.
func (b *bill) expectPercent(t *taken) {
	least := rounded(ratio(t.left).Mul(ratio(t.left), t.share), "half-up")
	with := ratio(t.left + t.tiny())
	most := rounded(with.Mul(with, t.share), "half-up")
	b.is(t.sum <= most && (least <= t.sum || t.cut()), fmt.Sprintf("%s takes %s percent off, %%d", t.name, t.Percent), least, t.sum)
	b.expectSpread(t)
}

// tiny is what is left of lines that are so small that spreading may give them nothing.
func (t *taken) tiny() (tiny int64) {
	all := t.left
	for _, left := range t.others {
		all += left
	}
	for _, left := range t.others {
		if ratio(left).Mul(ratio(left), ratio(t.sum)).Cmp(ratio(all)) < 0 {
			tiny += left
		}
	}
	return tiny
}

// expectSpread expects what was taken off to be spread in proportion, to the coin. An offer for all lines leaves out none but tiny ones.
func (b *bill) expectSpread(t *taken) {
	tiny, others := t.tiny(), int64(0)
	for _, left := range t.others {
		others += left
	}
	b.is(t.Items != "" && !t.spread || others == tiny, t.name+" off all lines, %d", t.left+others, t.left)
	for _, p := range t.lines {
		least := new(big.Rat).Mul(p.exact, big.NewRat(t.sum, max(t.left+tiny, 1)))
		most := new(big.Rat).Mul(p.exact, big.NewRat(t.sum, max(t.left, 1)))
		low, high := rounded(least, "down"), rounded(most, "up")
		if t.cut() { // what it would have taken is rounded, and what of it fits once more
			low, high = low-1, high+1
		}
		b.is(low <= *p.amount && *p.amount <= high, fmt.Sprintf("%s off %s by %d to %%d", t.name, b.terms.Lines[p.line].name(), low), high, *p.amount)
	}
}

// expectNth expects a percentage of some pieces of each line, of every nth of all at most. Of an offer that was cut, that is not seen.
func (b *bill) expectNth(t *taken) {
	if t.cut() {
		return
	}
	pieces, hit := int64(0), int64(0)
	for _, n := range b.terms.Lines {
		if !n.Gift && n.Charge == "" {
			pieces += n.Quantity
		}
	}
	for _, p := range t.lines {
		n := b.terms.Lines[p.line]
		hits := n.hits(p, t.share)
		b.is(hits > 0, fmt.Sprintf("%s takes %s percent off some of %%d pieces of %s", t.name, t.Percent, n.SKU), n.Quantity, *p.amount)
		hit += hits
	}
	b.is(hit <= pieces/t.Nth, t.name+" takes off at most %d pieces", pieces/t.Nth, hit)
}

// hits is of how many pieces a line's amount is a share; 0 if of no number of them.
func (n line) hits(p part, share *big.Rat) int64 {
	for hits := int64(1); hits <= n.Quantity; hits++ {
		exact := new(big.Rat).Mul(p.exact, big.NewRat(hits, n.Quantity))
		if rounded(exact.Mul(exact, share), "half-up") == *p.amount {
			return hits
		}
	}
	return 0
}

func positive(numbers []int64) bool {
	for _, n := range numbers {
		if n > 0 {
			return true
		}
	}
	return false
}

func ratio(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// number is a whole number of the rules' text; 0 if it is none.
func number(v any) int64 {
	switch n := v.(type) {
	case uint64:
		return int64(n)
	case int64:
		return n
	}
	return 0
}
