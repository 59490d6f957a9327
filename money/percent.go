package money

import (
	"fmt"
	"strconv"
	"strings"
)

// Percent is an exact share, in ten-thousandths of a percent: 9.975% is 99750, without floats.
type Percent int64

// Hundred is 100 percent.
const Hundred Percent = 100 * percentUnit

const (
	percentUnit   = 10_000
	percentDigits = 4
)

// ParsePercent parses a decimal such as "5" or "9.975", without a sign and with at most four digits after the point.
func ParsePercent(s string) (Percent, error) {
	whole, fraction, point := strings.Cut(s, ".")
	n, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", max(0, percentDigits-len(fraction))), 10, 62)
	if err != nil || whole == "" || len(fraction) > percentDigits || point && fraction == "" {
		return 0, fmt.Errorf("money: %q is not a percentage such as 5 or 9.975", s)
	}
	return Percent(n), nil
}

// String returns the percentage without trailing zeros: "9.975".
func (p Percent) String() string {
	text := fmt.Sprintf("%d.%0*d", p/percentUnit, percentDigits, p%percentUnit)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// Of returns the share of minor units, rounded half away from zero, or ErrOverflow.
func (p Percent) Of(minor int64) (int64, error) { return MulDiv(minor, int64(p), int64(Hundred)) }

// MulDiv returns a*b/c, rounded once, half away from zero; ErrOverflow if it does not fit or c is not positive.
func MulDiv(a, b, c int64) (int64, error) {
	if c <= 0 {
		return 0, ErrOverflow
	}
	return mulDiv(a, b, c)
}
