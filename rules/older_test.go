package rules

import "testing"

// TestWhatIsKeptTwiceCountsOnce, so that the size is always that of what is kept, within its bound.
func TestWhatIsKeptTwiceCountsOnce(t *testing.T) {
	var o older
	for range 3 {
		for version := range int64(5) {
			o.keep(version, kept{size: maxOlder / 4})
		}
	}
	sum := 0
	for _, k := range o.kept {
		sum += k.size
	}
	if o.size != sum || sum > maxOlder || len(o.kept) != 4 {
		t.Errorf("%d versions of %d bytes, counted as %d", len(o.kept), sum, o.size)
	}
}
