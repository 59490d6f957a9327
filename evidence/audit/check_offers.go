package audit

import (
	"math"
	"slices"
	"strings"
)

// taken is what an offer took off an order.
type taken struct {
	name string
	*offer
	spread    bool   // it is the price of a gift, and taken off all products
	sum, left int64  // what it took, and what was left before of the lines that it took it off
	lines     []part // those: what was left before of each is exact
	others    []int64
	emptied   bool  // whether it left nothing of them
	room      int64 // how much it could take at most
}

// expectOffers expects of each offer what it may take off, as far as the terms tell. Whether its expressions hold is not asked.
func (b *bill) expectOffers() {
	names, room := b.offersOf(), b.mayTakeOff()
	for _, name := range names {
		t := b.taken(name, b.version.Offers[name])
		t.room = room
		room -= t.sum
		b.is(t.offer != nil, "offers of the rules, and not %s", name, name)
		if t.offer != nil {
			b.k.offered++
			b.expectOpen(t, names)
			b.expectOffer(t)
		}
	}
	b.is(room >= 0, "at most %d off", b.mayTakeOff(), b.mayTakeOff()-room)
}

// expectOpen expects that the offer was open to the order, and that no other one is there which it excludes.
func (b *bill) expectOpen(t *taken, names []string) {
	b.is(t.Code == "" || b.gave(t.Code), "the code of "+t.name+", %s", t.Code, b.terms.Codes)
	b.is(b.within(t.From, t.Until), "the order within the time of %s", t.name, moment(b.createdAt))
	for _, other := range names {
		o := b.version.Offers[other]
		apart := slices.Contains(t.Excludes, other) || o != nil && t.Group != "" && o.Group == t.Group && other != t.name
		b.is(!apart, t.name+" without %s", other, names)
	}
}

// mayTakeOff is what all offers together may take off: where the market bounds it, a percentage of the products without gifts.
func (b *bill) mayTakeOff() int64 {
	if b.MaxOff == "" {
		return math.MaxInt64
	}
	subtotal := int64(0)
	for _, n := range b.terms.Lines {
		if !n.Gift && n.Charge == "" {
			subtotal += n.UnitPrice * n.Quantity
		}
	}
	return rounded(ratio(subtotal).Mul(ratio(subtotal), b.mostOff), "half-up")
}

// cut reports whether the offer took all that it could at most: then it may have taken less than it says.
func (t *taken) cut() bool { return t.sum == t.room }

// offersOf are the names of the offers that took something off, in the order in which they apply.
func (b *bill) offersOf() (names []string) {
	for _, n := range b.terms.Lines {
		for _, o := range n.Off {
			if !slices.Contains(names, o.Offer) {
				names = append(names, o.Offer)
			}
		}
	}
	slices.SortFunc(names, func(one, other string) int {
		if b.version.earlier(one, other) {
			return -1
		}
		return 1
	})
	return names
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

// taken gathers what an offer took off, and what was left before of each product: its price less what earlier offers took.
func (b *bill) taken(name string, o *offer) *taken {
	t := &taken{name: name, offer: o, emptied: true, spread: b.isSpread(name)}
	for i, n := range b.terms.Lines {
		left, amount := n.UnitPrice*n.Quantity, int64(0)
		for _, off := range n.Off {
			if off.Offer == name {
				amount += off.Amount
			} else if b.before(off, t) {
				left -= off.Amount
			}
		}
		if amount != 0 {
			t.lines = append(t.lines, part{line: i, exact: ratio(left), amount: &amount})
			t.sum, t.left = t.sum+amount, t.left+left
			t.emptied = t.emptied && amount == left
		} else if n.Charge == "" && (t.spread || !n.Gift) {
			t.others = append(t.others, left)
		}
	}
	return t
}

// isSpread reports whether an offer's gift is paid for with all products. Gifts of earlier releases are free by themselves.
func (b *bill) isSpread(name string) bool {
	for _, n := range b.terms.Lines {
		if slices.ContainsFunc(n.Off, func(o off) bool { return o.Offer == name && o.Gift != "" }) {
			return true
		}
	}
	return false
}

// before reports whether something was taken off before an offer: prices of gifts are spread last.
func (b *bill) before(o off, t *taken) bool {
	if spread := o.Gift != ""; spread != t.spread {
		return t.spread
	}
	return b.version.earlier(o.Offer, t.name)
}

// earlier reports whether an offer applies before another one: by priority, then by name.
func (r *version) earlier(one, other string) bool {
	a, b := r.Offers[one], r.Offers[other]
	if a == nil || b == nil || a.Priority == b.Priority {
		return one < other
	}
	return a.Priority > b.Priority
}
