package audit

import (
	"fmt"
	"math/big"
)

// expectNth expects a percentage of some pieces of each line, of every nth of all at most.
func (b *bill) expectNth(t *taken) {
	pieces, hit := int64(0), int64(0)
	for _, n := range b.terms.Lines {
		if !n.Gift {
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
