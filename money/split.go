package money

import (
	"cmp"
	"math/bits"
	"slices"
)

// Split distributes minor units over parts in proportion to their weights, by largest remainder: each part gets its exact
// share rounded down, and the rest goes one by one to the largest remainders, the first ones among equals. So the parts
// add up to the amount, and none exceeds its weight if the amount is at most the sum of the weights. Amount and weights
// must not be negative; without a positive weight nothing is distributed. ErrOverflow if the sum of the weights does not
// fit.
func Split(minor int64, weights []int64) ([]int64, error) {
	sum := Amount{}
	for _, w := range weights {
		var err error
		if sum, err = sum.Add(Amount{Minor: w}); err != nil || w < 0 || minor < 0 {
			return nil, ErrOverflow
		}
	}
	parts := make([]int64, len(weights))
	if sum.Minor == 0 {
		return parts, nil
	}
	remainders := make([]uint64, len(weights))
	left := minor
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(minor), uint64(w))
		share, remainder := bits.Div64(hi, lo, uint64(sum.Minor)) // hi < sum, as w ≤ sum and minor < 2⁶³
		parts[i], remainders[i] = int64(share), remainder
		left -= parts[i]
	}
	for _, i := range largest(remainders)[:left] {
		parts[i]++
	}
	return parts, nil
}

// largest returns the positions of numbers, the largest number first.
func largest(numbers []uint64) []int {
	places := make([]int, len(numbers))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(numbers[b], numbers[a]) })
	return places
}

// Share returns the share of minor units that a part has of a whole, rounded half away from zero. The part must be from 0 to the
// whole; of a whole of 0 the share is 0.
func Share(minor, part, whole int64) int64 {
	if whole <= 0 || part <= 0 {
		return 0
	}
	share, err := mulDiv(minor, min(part, whole), whole)
	if err != nil {
		return minor // not to be reached: the share is at most the amount
	}
	return share
}
