package audit

import (
	"maps"
	"slices"
	"strings"
)

// expectTaxesOf compares what a line keeps of its taxes with what was computed.
func (b *bill) expectTaxesOf(n line, o *owing) {
	var kept []tax
	sum, relief := int64(0), int64(0)
	for _, x := range b.taxes(o) {
		sum += x.Amount
		if x.Treatment == "" {
			continue // of rates that add up, a line keeps the sum alone
		}
		relief += x.Relief
		x.Relief = 0
		kept = append(kept, x)
	}
	b.is(slices.Equal(kept, n.Taxes), n.name()+" with the taxes %v", kept, n.Taxes)
	b.is(n.Tax == sum, n.name()+" with %d of taxes", sum, n.Tax)
	b.is(n.Relief == relief, n.name()+" with a relief of %d", relief, n.Relief)
}

// expectTaxSums compares what the order keeps of each tax with the sums over its lines.
func (b *bill) expectTaxSums(all []*owing) {
	want, is := taxSums{}, taxSums{}
	for _, o := range all {
		for _, x := range b.taxes(o) {
			if x.Treatment == "" {
				x.Base, x.Relief = 0, 0
			}
			want.add(x)
		}
	}
	for _, x := range b.terms.Taxes {
		is.add(x)
	}
	for _, sums := range []taxSums{want, is} { // of rates that add up, an order keeps none that come to nothing
		maps.DeleteFunc(sums, func(of tax, sum tax) bool { return of.Treatment == "" && sum.Amount == 0 })
	}
	b.is(maps.Equal(want, is), "taxes in all of %v", want, is)
}

// taxSums are sums of taxes, by name, treatment and rate.
type taxSums map[tax]tax

func (s taxSums) add(x tax) {
	of := tax{Name: x.Name, Treatment: x.Treatment, Rate: x.Rate}
	x.Base, x.Amount, x.Relief = x.Base+s[of].Base, x.Amount+s[of].Amount, x.Relief+s[of].Relief
	s[of] = x
}

// String lists the sums, for people.
func (s taxSums) String() string {
	var texts []string
	for _, x := range s {
		texts = append(texts, x.String())
	}
	slices.Sort(texts)
	return strings.Join(texts, "; ")
}
