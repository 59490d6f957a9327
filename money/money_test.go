package money

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestString(t *testing.T) {
	for _, c := range []struct {
		amount Amount
		want   string
	}{
		{Amount{15000, "USD"}, "USD 150.00"},
		{Amount{5, "MXN"}, "MXN 0.05"},
		{Amount{-5, "USD"}, "USD -0.05"},
		{Amount{700, "JPY"}, "JPY 700"},
		{Amount{19990, "CLP"}, "CLP 19990"},
		{Amount{1250, "KWD"}, "KWD 1.250"},
		{Amount{-5, "KWD"}, "KWD -0.005"},
		{Amount{math.MinInt64, "USD"}, "USD -92233720368547758.08"},
	} {
		if got := c.amount.String(); got != c.want {
			t.Errorf("%d %s prints %q, want %q", c.amount.Minor, c.amount.Currency, got, c.want)
		}
	}
}

func TestConvert(t *testing.T) {
	for _, c := range []struct {
		from Amount
		rate string
		to   Currency
		want int64
	}{
		{Amount{15000, "USD"}, "20", "MXN", 300000},
		{Amount{1, "USD"}, "0.5", "MXN", 1}, // half away from zero
		{Amount{-1, "USD"}, "0.5", "MXN", -1},
		{Amount{100, "USD"}, "150.005", "JPY", 150},
		{Amount{3, "JPY"}, "0.01", "USD", 3},
	} {
		rate, err := ParseRate(c.rate)
		if err != nil {
			t.Fatal(err)
		}
		got, err := rate.Convert(c.from, c.to)
		if err != nil || got != (Amount{c.want, c.to}) {
			t.Errorf("%v at %s = %v, %v; want %d %s", c.from, c.rate, got, err, c.want, c.to)
		}
	}
}

func TestInvert(t *testing.T) {
	for _, c := range []struct {
		from Amount
		rate string
		to   Currency
		want int64
	}{
		{Amount{300000, "MXN"}, "20", "USD", 15000},
		{Amount{10, "MXN"}, "20", "USD", 1}, // half away from zero
		{Amount{-10, "MXN"}, "20", "USD", -1},
		{Amount{9, "MXN"}, "20", "USD", 0},
		{Amount{150, "JPY"}, "150", "USD", 100},
		{Amount{100, "USD"}, "0.01", "JPY", 100},
	} {
		rate, err := ParseRate(c.rate)
		if err != nil {
			t.Fatal(err)
		}
		got, err := rate.Invert(c.from, c.to)
		if err != nil || got != (Amount{c.want, c.to}) {
			t.Errorf("%v back at %s = %v, %v; want %d %s", c.from, c.rate, got, err, c.want, c.to)
		}
	}
}

// TestConversionIsExactOrAnError: there and back, also for unrealistic rates and amounts.
func TestConversionIsExactOrAnError(t *testing.T) {
	currencies := []Currency{"USD", "MXN", "JPY"}
	rapid.Check(t, func(t *rapid.T) {
		rate, exact := anyRate(t)
		from, to := rapid.SampledFrom(currencies).Draw(t, "from"), rapid.SampledFrom(currencies).Draw(t, "to")
		minor := rapid.Int64().Draw(t, "minor")
		perMinor := new(big.Rat).Mul(exact, big.NewRat(int64(math.Pow10(to.Digits())), int64(math.Pow10(from.Digits()))))
		there, err := rate.Convert(Amount{minor, from}, to)
		nearest(t, there, err, to, new(big.Rat).Mul(perMinor, big.NewRat(minor, 1)))
		back, err := rate.Invert(Amount{minor, to}, from)
		nearest(t, back, err, from, new(big.Rat).Quo(big.NewRat(minor, 1), perMinor))
	})
}

func anyRate(t *rapid.T) (Rate, *big.Rat) {
	text := strconv.FormatInt(rapid.Int64Range(1, math.MaxInt64).Draw(t, "rate"), 10)
	if point := rapid.IntRange(0, 9).Draw(t, "digits"); point > 0 && point < len(text) {
		text = text[:len(text)-point] + "." + text[len(text)-point:]
	}
	rate, err := ParseRate(text)
	if err != nil {
		t.Fatal(err)
	}
	exact, _ := new(big.Rat).SetString(text)
	return rate, exact
}

// nearest checks that an amount is the exact one rounded half away from zero, or that the error is an overflow.
func nearest(t *rapid.T, got Amount, err error, currency Currency, exact *big.Rat) {
	if err != nil {
		if !errors.Is(err, ErrOverflow) || got != (Amount{}) {
			t.Fatalf("%v, %v", got, err)
		}
		return
	}
	gap := new(big.Rat).Sub(big.NewRat(got.Minor, 1), exact)
	half := new(big.Rat).Abs(gap).Cmp(big.NewRat(1, 2))
	if half > 0 || half == 0 && gap.Sign() != exact.Sign() || got.Currency != currency {
		t.Fatalf("%v, want %v %s", got, exact, currency)
	}
}

func TestThereAndBackIsTheSame(t *testing.T) {
	pairs := [][2]Currency{{"USD", "MXN"}, {"USD", "JPY"}, {"JPY", "USD"}}
	rapid.Check(t, func(t *rapid.T) {
		rate, exact := anyRate(t)
		pair := rapid.SampledFrom(pairs).Draw(t, "pair")
		from, to := pair[0], pair[1]
		perMinor := new(big.Rat).Mul(exact, big.NewRat(int64(math.Pow10(to.Digits())), int64(math.Pow10(from.Digits()))))
		if perMinor.Cmp(big.NewRat(1, 1)) < 0 {
			return // a loss there cannot be undone
		}
		price := Amount{rapid.Int64Range(0, math.MaxInt32).Draw(t, "minor"), from}
		there, err := rate.Convert(price, to)
		if errors.Is(err, ErrOverflow) {
			return
		}
		if back, backErr := rate.Invert(there, from); err != nil || backErr != nil || back != price {
			t.Fatalf("%v is %v, and back %v (%v, %v)", price, there, back, err, backErr)
		}
	})
}

func TestConvertTellsWhatDoesNotFit(t *testing.T) {
	rate, err := ParseRate("9223372036854775807") // in minor units of dollars for yen it has two digits more
	if err != nil {
		t.Fatal(err)
	}
	if got, err := rate.Convert(Amount{1, "JPY"}, "USD"); !errors.Is(err, ErrOverflow) {
		t.Errorf("%v, %v; want ErrOverflow", got, err)
	}
	if rate, err = ParseRate("0.000000001"); err != nil {
		t.Fatal(err)
	}
	if got, err := rate.Invert(Amount{math.MaxInt64, "MXN"}, "USD"); !errors.Is(err, ErrOverflow) {
		t.Errorf("%v, %v; want ErrOverflow", got, err)
	}
	if got, err := (Rate{}).Convert(Amount{1, "USD"}, "MXN"); err == nil {
		t.Errorf("the zero rate: %v", got)
	}
	if got, err := (Rate{}).Invert(Amount{1, "MXN"}, "USD"); err == nil {
		t.Errorf("the zero rate, back: %v", got)
	}
}

func TestParseRateRefuses(t *testing.T) {
	for _, s := range []string{"", "0", "-1", "+1", ".5", "1e3", "1.2.3", "1.0000000001", "NaN", "99999999999999999999"} {
		if r, err := ParseRate(s); err == nil {
			t.Errorf("ParseRate(%q) = %v, want an error", s, r)
		}
	}
}

func TestSumsAreExactOrErrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		sum, err := Amount{a, "USD"}.Add(Amount{b, "USD"})
		same(t, "sum", new(big.Int).Add(big.NewInt(a), big.NewInt(b)), sum.Minor, err)
		product, err := Amount{a, "USD"}.Times(b)
		same(t, "product", new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), product.Minor, err)
	})
}

func same(t *rapid.T, what string, want *big.Int, got int64, err error) {
	fits := want.IsInt64() && want.Int64() != math.MinInt64
	if fits && (err != nil || got != want.Int64()) {
		t.Fatalf("%s = %d, %v; want %v", what, got, err, want)
	}
	if !want.IsInt64() && err == nil {
		t.Fatalf("%s = %d; want an error, as %v does not fit", what, got, want)
	}
}

func TestAddRefusesMixedCurrencies(t *testing.T) {
	if _, err := (Amount{1, "USD"}).Add(Amount{1, "MXN"}); err == nil {
		t.Error("dollars and pesos were added")
	}
}
