package audit

import (
	"fmt"
	"math/big"
	"slices"
)

// checkTax computes the taxes of an order anew: which treatment of each authority fits each line, and what it comes to.
func checkTax(k *look, l *life, v verdict) {
	b, _ := l.bill(k, v)
	if b == nil {
		return
	}
	if l.terms.Replaces != 0 {
		for _, n := range l.terms.Lines {
			b.is(n.Tax == 0 && n.Relief == 0, "no taxes of what costs %d", 0, n.Tax)
		}
		return
	}
	all := b.compute()
	for i, n := range l.terms.Lines {
		b.expectTaxesOf(n, all[i])
	}
	b.expectTaxSums(all)
}

// owing is what the auditor computes for a line. Of each authority: the treatment that fits, what the price has in it of its taxes,
// and what is owed.
type owing struct {
	by              []*authority
	fits, priced    []*treatment
	inPrice, amount []int64
	left, base      int64
}

// compute computes the taxes of all lines, since some rules round those of the whole order at once.
func (b *bill) compute() []*owing {
	all := make([]*owing, len(b.terms.Lines))
	var parts []part
	for i, n := range b.terms.Lines {
		all[i] = b.owing(n)
		parts = append(parts, all[i].within(i)...)
	}
	b.Tax.Rounding.round(parts)
	parts = nil
	for i, o := range all {
		o.base = o.left
		for _, a := range o.inPrice {
			o.base -= a
		}
		if slices.Equal(o.fits, o.priced) {
			o.amount = o.inPrice
			continue
		}
		parts = append(parts, o.upon(i)...)
	}
	b.Tax.Rounding.round(parts)
	return all
}

// owing finds the treatments of a line. Where prices include taxes, they include what those owe of whom nothing is asked, unless the
// rules keep what is paid the same for all.
func (b *bill) owing(n line) *owing {
	o := &owing{left: n.left()}
	if n.Charge == toStep {
		return o
	}
	for i := range b.Tax.Authorities {
		a := &b.Tax.Authorities[i]
		if !b.here(a.Jurisdictions) {
			continue
		}
		fits := b.fitting(a, n)
		var priced *treatment
		if b.Tax.Included && (b.Tax.KeepGross || b.addsUp(a)) {
			priced = fits
		} else if b.Tax.Included {
			priced = a.first(func(t *treatment) bool { return b.suits(t, n, b.moments()[1]) && t.forAll() })
		}
		o.by, o.fits, o.priced = append(o.by, a), append(o.fits, fits), append(o.priced, priced)
	}
	o.inPrice, o.amount = make([]int64, len(o.fits)), make([]int64, len(o.fits))
	return o
}

// within are the taxes in a line's price: price × rate / (100 + the line's rates).
func (o *owing) within(line int) []part {
	with := big.NewRat(1, 1)
	for _, t := range o.priced {
		if t != nil {
			with.Add(with, t.share)
		}
	}
	return o.parts(line, o.priced, new(big.Rat).Quo(ratio(o.left), with), o.inPrice)
}

// upon are the taxes of a line's price without taxes: price × rate.
func (o *owing) upon(line int) []part { return o.parts(line, o.fits, ratio(o.base), o.amount) }

func (o *owing) parts(line int, by []*treatment, of *big.Rat, amounts []int64) (parts []part) {
	for i, t := range by {
		if t != nil && t.share.Sign() > 0 {
			parts = append(parts, part{line: line, authority: i, rate: t.Percent, exact: new(big.Rat).Mul(of, t.share), amount: &amounts[i]})
		}
	}
	return parts
}

// taxes are what the order should keep of a line's taxes, and of what the price includes and the customer does not owe.
func (b *bill) taxes(o *owing) (taxes []tax) {
	for i, t := range o.fits {
		if t == nil {
			continue
		}
		x := tax{Name: o.by[i].Name, Treatment: t.Treatment, Rate: t.Percent, Base: o.base, Amount: o.amount[i]}
		if b.terms.classed {
			x.Point = duePoint(o.by[i].Point)
		}
		if b.Tax.Included {
			x.Relief = o.inPrice[i] - o.amount[i]
		}
		taxes = append(taxes, x)
	}
	return taxes
}

func (x tax) String() string {
	return fmt.Sprintf("%s %s %s%% of %d: %d", x.Name, x.Treatment, x.Rate, x.Base, x.Amount)
}
