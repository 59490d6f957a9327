package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestPercent(t *testing.T) {
	for text, want := range map[string]Percent{"0": 0, "5": 50_000, "9.975": 99_750, "12.5": 125_000, "100": Hundred, "0.0001": 1} {
		p, err := ParsePercent(text)
		if err != nil || p != want || p.String() != text {
			t.Errorf("%q is %d, printed %q, %v; want %d", text, p, p, err, want)
		}
	}
	for _, text := range []string{"", ".", "5.", ".5", "-1", "+1", "1e2", "0.00001", "5%", "99999999999999999999"} {
		if p, err := ParsePercent(text); err == nil {
			t.Errorf("%q is %d; want an error", text, p)
		}
	}
}

func TestAPercentageIsRoundedHalfAwayFromZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(-1<<40, 1<<40).Draw(t, "minor")
		p := Percent(rapid.Int64Range(0, int64(Hundred)).Draw(t, "percent"))
		got, err := p.Of(minor)
		// 2*|exact - got| ≤ 1, and where it is 1, got is the one further from zero.
		exact := big.NewRat(1, 1).Mul(big.NewRat(minor, 1), big.NewRat(int64(p), int64(Hundred)))
		gap := new(big.Rat).Sub(big.NewRat(got, 1), exact)
		half := big.NewRat(1, 2)
		if err != nil || new(big.Rat).Abs(gap).Cmp(half) > 0 || new(big.Rat).Abs(gap).Cmp(half) == 0 && gap.Sign() != exact.Sign() {
			t.Fatalf("%v%% of %d = %d, %v", p, minor, got, err)
		}
	})
}
