package growth

import (
	"slices"
	"testing"

	"acme.example/webshop/evidence/bench"
)

// median returns the median of the phases' values; the lower one of two.
func median(phases []bench.Phase, of func(bench.Phase) float64) float64 {
	var all []float64
	for _, p := range phases {
		all = append(all, of(p))
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

func TestMedian(t *testing.T) {
	seconds := func(p bench.Phase) float64 { return p.Seconds }
	if m := median([]bench.Phase{{Seconds: 3}, {Seconds: 1}, {Seconds: 2}}, seconds); m != 2 {
		t.Error(m)
	}
}
