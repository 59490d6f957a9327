package audit

import (
	"math/big"
	"slices"
)

// rounding is how a market rounds its taxes.
type rounding struct{ Per, Rates, Mode string }

// roundsUp says by mode whether what is between two whole numbers becomes the higher one: whether it is at least half, more than half,
// and whether the lower one is odd.
var roundsUp = map[string]func(atLeastHalf, moreThanHalf, odd bool) bool{
	"":          func(atLeastHalf, _, _ bool) bool { return atLeastHalf },
	"half-up":   func(atLeastHalf, _, _ bool) bool { return atLeastHalf },
	"half-even": func(atLeastHalf, moreThanHalf, odd bool) bool { return moreThanHalf || atLeastHalf && odd },
	"down":      func(_, _, _ bool) bool { return false },
	"up":        func(_, _, _ bool) bool { return true },
}

// rounded rounds a number that is not negative.
func rounded(x *big.Rat, mode string) int64 {
	below, rest := new(big.Int).DivMod(x.Num(), x.Denom(), new(big.Int))
	whole := below.Int64()
	if rest.Sign() == 0 {
		return whole
	}
	half := rest.Lsh(rest, 1).Cmp(x.Denom())
	if up, known := roundsUp[mode]; known && up(half >= 0, half > 0, whole%2 == 1) {
		whole++
	}
	return whole
}

// part is one authority's tax of one line, exactly and rounded.
type part struct {
	line, authority int
	rate            string
	exact           *big.Rat
	amount          *int64
}

// round rounds parts as the rules say: what is rounded at once, then the shares that its rates have of it, then those of its lines.
func (r rounding) round(parts []part) {
	type unit struct {
		line, authority int
		rate            string
	}
	for _, together := range inGroups(parts, func(p part) (u unit) {
		if r.Per != "invoice" {
			u.line = p.line + 1
		}
		if r.Rates != "combined" {
			u.authority, u.rate = p.authority+1, p.rate
		}
		return u
	}) {
		rates := inGroups(together, func(p part) unit { return unit{authority: p.authority, rate: p.rate} })
		sums := make([]*big.Rat, len(rates))
		for i, rate := range rates {
			sums[i] = total(rate)
		}
		for i, amount := range largestRemainder(rounded(total(together), r.Mode), sums) {
			rate := rates[i]
			for j, a := range largestRemainder(amount, exacts(rate)) {
				*rate[j].amount = a
			}
		}
	}
}

func exacts(parts []part) (all []*big.Rat) {
	for _, p := range parts {
		all = append(all, p.exact)
	}
	return all
}

func total(parts []part) *big.Rat {
	sum := new(big.Rat)
	for _, p := range parts {
		sum.Add(sum, p.exact)
	}
	return sum
}

// inGroups returns the parts by a key, in the order of the first of each.
func inGroups[K comparable](parts []part, by func(part) K) (groups [][]part) {
	var keys []K
	for _, p := range parts {
		i := slices.Index(keys, by(p))
		if i < 0 {
			i = len(keys)
			keys, groups = append(keys, by(p)), append(groups, nil)
		}
		groups[i] = append(groups[i], p)
	}
	return groups
}

// largestRemainder makes numbers whole so that they add up to a sum: those that lose most by it get one more; of equal ones the first.
func largestRemainder(sum int64, numbers []*big.Rat) []int64 {
	whole, lost := make([]int64, len(numbers)), make([]*big.Rat, len(numbers))
	for i, x := range numbers {
		whole[i] = rounded(x, "down")
		lost[i] = new(big.Rat).Sub(x, new(big.Rat).SetInt64(whole[i]))
		sum -= whole[i]
	}
	for ; sum > 0; sum-- {
		most := -1
		for i, x := range lost {
			if x != nil && (most < 0 || x.Cmp(lost[most]) > 0) {
				most = i
			}
		}
		if most < 0 {
			break
		}
		whole[most]++
		lost[most] = nil
	}
	return whole
}
