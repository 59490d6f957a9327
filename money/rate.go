package money

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Rate is an exact exchange rate: how many units of the target currency one unit of the source currency buys.
// The zero Rate is not valid; parse one.
type Rate struct {
	num, den int64 // num/den; den is a power of ten
	text     string
}

// ParseRate reads a positive decimal such as "20" or "17.3925", with at most 9 digits after the point.
func ParseRate(s string) (Rate, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	num, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || num <= 0 || len(fraction) > 9 || strings.HasPrefix(s, "+") || whole == "" {
		return Rate{}, fmt.Errorf("money: %q is not a positive decimal rate", s)
	}
	return Rate{num, int64(math.Pow10(len(fraction))), s}, nil
}

// String is the rate as it was parsed.
func (r Rate) String() string { return r.text }

// Convert changes an amount into another currency, rounded half away from zero to that currency's minor unit.
func (r Rate) Convert(a Amount, to Currency) (Amount, error) {
	num, den := r.num, r.den
	for d := a.Currency.Digits(); d < to.Digits(); d++ {
		num *= 10
	}
	for d := to.Digits(); d < a.Currency.Digits(); d++ {
		den *= 10
	}
	if den == 0 {
		return Amount{}, fmt.Errorf("money: zero rate from %s to %s", a.Currency, to)
	}
	minor, err := mulDiv(a.Minor, num, den)
	return Amount{minor, to}, err
}
