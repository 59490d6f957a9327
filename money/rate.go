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

// ParseRate parses a positive decimal such as "20" or "17.3925", with at most 9 digits after the point.
func ParseRate(s string) (Rate, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	num, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || num <= 0 || len(fraction) > 9 || strings.HasPrefix(s, "+") || whole == "" {
		return Rate{}, fmt.Errorf("money: %q is not a positive decimal rate", s)
	}
	return Rate{num, int64(math.Pow10(len(fraction))), s}, nil
}

// String returns the rate as it was parsed.
func (r Rate) String() string { return r.text }

// Convert converts an amount to another currency, rounded half away from zero to that currency's minor unit; ErrOverflow
// if the result does not fit, or the rate in minor units does not.
func (r Rate) Convert(a Amount, to Currency) (Amount, error) {
	num, den, err := r.minor(a.Currency, to)
	if err != nil {
		return Amount{}, err
	}
	return exchange(a, num, den, to)
}

// Invert converts an amount of the target currency back to the source currency, rounded half away from zero to that
// currency's minor unit; ErrOverflow as in Convert. If one minor unit of the source currency buys at least one of the
// target currency, Invert returns exactly what Convert was given.
func (r Rate) Invert(a Amount, to Currency) (Amount, error) {
	num, den, err := r.minor(to, a.Currency)
	if err != nil {
		return Amount{}, err
	}
	return exchange(a, den, num, to)
}

// minor returns the rate between the minor units of two currencies, as a fraction.
func (r Rate) minor(from, to Currency) (num, den int64, err error) {
	if r.den == 0 {
		return 0, 0, fmt.Errorf("money: zero rate from %s to %s", from, to)
	}
	more := to.Digits() - from.Digits()
	if num, err = scale(r.num, more); err != nil {
		return 0, 0, err
	}
	den, err = scale(r.den, -more)
	return num, den, err
}

func exchange(a Amount, num, den int64, to Currency) (Amount, error) {
	minor, err := mulDiv(a.Minor, num, den)
	if err != nil {
		return Amount{}, err
	}
	return Amount{minor, to}, nil
}

// scale multiplies n by ten, digits times, or returns ErrOverflow.
func scale(n int64, digits int) (int64, error) {
	for ; digits > 0; digits-- {
		if n > math.MaxInt64/10 {
			return 0, ErrOverflow
		}
		n *= 10
	}
	return n, nil
}
