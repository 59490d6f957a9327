package pricing

import (
	"cmp"
	"math/big"
	"slices"

	"acme.example/webshop/money"
)

// Rounding is how taxes are rounded. Zero is each rate of each line by itself, half away from zero.
type Rounding struct {
	PerInvoice bool // once for all lines; else for each line
	Combined   bool // the sum of all rates; else each rate
	Mode       RoundingMode
}

// RoundingMode is what becomes of a part of the smallest coin; "" is HalfUp.
type RoundingMode string

// The modes of rounding.
const (
	HalfUp   RoundingMode = "half-up"
	HalfEven RoundingMode = "half-even"
	Down     RoundingMode = "down"
	Up       RoundingMode = "up"
)

// RoundingModes lists them.
func RoundingModes() []RoundingMode { return []RoundingMode{HalfUp, HalfEven, Down, Up} }

// share is what one authority's tax comes to on one line: of × percent / whole.
type share struct {
	line, authority int
	percent         money.Percent
	of, whole       int64
	amount          *int64 // where it is put, rounded
}

func (s share) exact() *big.Rat {
	x := new(big.Rat).SetFrac64(int64(s.percent), s.whole)
	return x.Mul(x, new(big.Rat).SetInt64(s.of))
}

// round puts the amounts of all shares. What is rounded at once is spread over its rates, and the amount of each rate over its
// lines, by largest remainder; of equal ones the first.
func (r Rounding) round(all []share) (err error) {
	if !r.PerInvoice && !r.Combined && (r.Mode == "" || r.Mode == HalfUp) {
		for _, s := range all { // the same without big numbers
			if *s.amount, err = money.MulDiv(s.of, int64(s.percent), s.whole); err != nil {
				return err
			}
		}
		return nil
	}
	for _, unit := range grouped(all, r.unit) {
		if err := r.roundUnit(unit); err != nil {
			return err
		}
	}
	return nil
}

// place tells shares apart that are rounded by themselves. Zero is all lines, and all rates.
type place struct {
	line, authority int
	percent         money.Percent
}

func (r Rounding) unit(s share) (p place) {
	if !r.PerInvoice {
		p.line = s.line + 1
	}
	if !r.Combined {
		p.authority, p.percent = s.authority+1, s.percent
	}
	return p
}

func (r Rounding) roundUnit(unit []share) error {
	rates := grouped(unit, func(s share) place { return place{authority: s.authority, percent: s.percent} })
	sums, all := make([]*big.Rat, len(rates)), new(big.Rat)
	for i, rate := range rates {
		sums[i] = new(big.Rat)
		for _, s := range rate {
			sums[i].Add(sums[i], s.exact())
		}
		all.Add(all, sums[i])
	}
	total := r.Mode.whole(all)
	if !total.IsInt64() {
		return money.ErrOverflow
	}
	for i, amount := range spread(total.Int64(), sums) {
		parts := make([]*big.Rat, len(rates[i]))
		for j, s := range rates[i] {
			parts[j] = s.exact()
		}
		for j, part := range spread(amount, parts) {
			*rates[i][j].amount = part
		}
	}
	return nil
}

// grouped returns the shares by where they belong, in their order.
func grouped(all []share, by func(share) place) (groups [][]share) {
	at := map[place]int{}
	for _, s := range all {
		i, seen := at[by(s)]
		if !seen {
			i = len(groups)
			at[by(s)], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}

// whole rounds a number that is not negative.
func (m RoundingMode) whole(x *big.Rat) *big.Int {
	whole, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	half, up := new(big.Int).Lsh(rest, 1).Cmp(x.Denom()), false
	switch m {
	case Down:
	case Up:
		up = rest.Sign() > 0
	case HalfEven:
		up = half > 0 || half == 0 && whole.Bit(0) == 1
	default:
		up = half >= 0
	}
	if up {
		whole.Add(whole, big.NewInt(1))
	}
	return whole
}

// spread spreads a rounded sum over the numbers that it is the sum of: each has its whole part, and the largest remainders one
// more, as far as it goes.
func spread(total int64, numbers []*big.Rat) []int64 {
	parts, rests, order := make([]int64, len(numbers)), make([]*big.Rat, len(numbers)), make([]int, len(numbers))
	for i, x := range numbers {
		whole := Down.whole(x)
		parts[i], rests[i], order[i] = whole.Int64(), new(big.Rat).Sub(x, new(big.Rat).SetInt(whole)), i
		total -= parts[i]
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Or(rests[j].Cmp(rests[i]), i-j) })
	for _, i := range order[:max(min(total, int64(len(order))), 0)] {
		parts[i]++
	}
	return parts
}
