package audit

import (
	"fmt"
	"math/big"
	"strings"
)

// taken is what an offer took off an order.
type taken struct {
	name string
	*offer
	sum, left int64  // what it took, and what was left before of the lines that it took it off
	lines     []part // those: what was left before of each is exact
	others    []int64
	gift      bool // whether it took something off a gift
	emptied   bool // whether it left nothing of them
}

// expectOffers expects of each offer what it may take off, as far as the terms tell. Whether its expressions hold is not asked.
func (b *bill) expectOffers() {
	for _, name := range b.offersOf() {
		o := b.version.Offers[name]
		b.is(o != nil, "offers of the rules, and not %s", name, name)
		if o == nil {
			continue
		}
		b.k.offered++
		b.is(o.Code == "" || b.gave(o.Code), "the code of "+name+", %s", o.Code, b.terms.Codes)
		b.is(b.within(o.From, o.Until), "the order within the time of %s", name, moment(b.createdAt))
		b.expectOffer(b.taken(name, o))
	}
}

func (b *bill) gave(code string) bool {
	for _, given := range b.terms.Codes {
		if strings.EqualFold(given, code) {
			return true
		}
	}
	return false
}

// within reports whether the order's price may have been made between two times on the market's clock.
func (b *bill) within(from, until string) bool {
	at := b.moments()
	return b.open(at[0], from, until) || b.open(at[1], from, until)
}

// taken gathers what an offer took off, and what was left before of each line: its price less what earlier offers took.
func (b *bill) taken(name string, o *offer) *taken {
	t := &taken{name: name, offer: o, emptied: true}
	for i, n := range b.terms.Lines {
		left, amount := n.UnitPrice*n.Quantity, int64(0)
		for _, off := range n.Off {
			if off.Offer == name {
				amount = off.Amount
			} else if b.version.earlier(off.Offer, name) {
				left -= off.Amount
			}
		}
		if amount != 0 {
			t.lines = append(t.lines, part{line: i, exact: ratio(left), amount: &amount})
			t.sum, t.left = t.sum+amount, t.left+left
			t.emptied = t.emptied && amount == left
		} else if !n.Gift {
			t.others = append(t.others, left)
		}
	}
	return t
}

// earlier reports whether an offer applies before another one: by priority, then by name.
func (r *version) earlier(one, other string) bool {
	a, b := r.Offers[one], r.Offers[other]
	if a == nil || b == nil || a.Priority == b.Priority {
		return one < other
	}
	return a.Priority > b.Priority
}

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
		b.is(t.sum == want || t.sum < want && t.emptied && (t.Items != "" || !positive(t.others)), t.name+" takes %d off", want, t.sum)
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
}

// expectPercent expects a percentage of the sum of the offer's lines. An expression may name them: then lines of which the offer would
// take less than the smallest coin may be among them.
func (b *bill) expectPercent(t *taken) {
	least := rounded(ratio(t.left).Mul(ratio(t.left), t.share), "half-up")
	with := ratio(t.left + t.tiny())
	most := rounded(with.Mul(with, t.share), "half-up")
	b.is(least <= t.sum && t.sum <= most, fmt.Sprintf("%s takes %s percent off, %%d", t.name, t.Percent), least, t.sum)
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
	b.is(t.Items != "" || others == tiny, t.name+" off all lines, %d", t.left+others, t.left)
	for _, p := range t.lines {
		least := new(big.Rat).Mul(p.exact, big.NewRat(t.sum, max(t.left+tiny, 1)))
		most := new(big.Rat).Mul(p.exact, big.NewRat(t.sum, max(t.left, 1)))
		low, high := rounded(least, "down"), rounded(most, "up")
		b.is(low <= *p.amount && *p.amount <= high, fmt.Sprintf("%s off %s by %d to %%d", t.name, b.terms.Lines[p.line].SKU, low), high, *p.amount)
	}
}
