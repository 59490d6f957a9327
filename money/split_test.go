package money

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		minor         int64
		weights, want []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{5, []int64{10, 20, 10}, []int64{1, 3, 1}},
		{7, []int64{0, 3}, []int64{0, 7}},
		{7, []int64{0, 0}, []int64{0, 0}},
		{7, nil, []int64{}},
	} {
		if got, err := Split(c.minor, c.weights); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%d over %v = %v, %v; want %v", c.minor, c.weights, got, err, c.want)
		}
	}
}

func TestASplitLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<55), 1, 20).Draw(t, "weights")
		sum := int64(0)
		for _, w := range weights {
			sum += w
		}
		minor := rapid.Int64Range(0, sum).Draw(t, "minor")
		parts, err := Split(minor, weights)
		left := minor
		for i, part := range parts {
			if left -= part; part < 0 || part > weights[i] {
				t.Fatalf("%v of %v", parts, weights)
			}
		}
		if err != nil || left != 0 {
			t.Fatalf("%d over %v = %v, %v", minor, weights, parts, err)
		}
	})
}
