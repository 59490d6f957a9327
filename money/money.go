// Package money is integer money. An Amount counts the minor units of one ISO 4217 currency (cents, centavos); there are
// no floats, and a sum that would overflow or mix currencies is an error.
package money

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// Currency is an ISO 4217 code, such as "USD".
type Currency string

// digits has the number of minor digits of each currency that the shop can sell in (ISO 4217, table A.1).
var digits = map[Currency]int{"USD": 2, "MXN": 2, "CAD": 2, "EUR": 2, "GBP": 2, "SEK": 2, "JPY": 0, "CLP": 0, "KWD": 3}

// Known reports whether the shop knows the currency's minor unit.
func (c Currency) Known() bool { _, ok := digits[c]; return ok }

// Currencies lists the currencies that the shop knows.
func Currencies() []Currency { return slices.Sorted(maps.Keys(digits)) }

// Digits returns the number of decimal digits of the currency's minor unit; 0 if the currency is not Known.
func (c Currency) Digits() int { return digits[c] }

// steps are the currencies in which providers charge no single minor units: Kuwaiti dinars have thousandths, and are charged in tens of
// them (https://docs.stripe.com/currencies#three-decimal).
var steps = map[Currency]int64{"KWD": 10}

// Step is the smallest amount that can be paid, in minor units: what is paid is a multiple of it.
func (c Currency) Step() int64 { return max(steps[c], 1) }

var (
	// ErrOverflow means that a result does not fit into 64 bits.
	ErrOverflow = errors.New("money: amount too large")
	// ErrCurrency means that two amounts have different currencies.
	ErrCurrency = errors.New("money: currencies differ")
)

// Amount is a sum of money in minor units of its currency.
type Amount struct {
	Minor    int64
	Currency Currency
}

// Add returns a+b, or ErrCurrency, or ErrOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, fmt.Errorf("%w: %s and %s", ErrCurrency, a.Currency, b.Currency)
	}
	sum := a.Minor + b.Minor
	if (b.Minor > 0 && sum < a.Minor) || (b.Minor < 0 && sum > a.Minor) {
		return Amount{}, ErrOverflow
	}
	return Amount{sum, a.Currency}, nil
}

// Times returns n times the amount, or ErrOverflow.
func (a Amount) Times(n int64) (Amount, error) {
	minor, err := mulDiv(a.Minor, n, 1)
	return Amount{minor, a.Currency}, err
}

// String formats the amount for people and logs: "USD 150.00".
func (a Amount) String() string { return string(a.Currency) + " " + a.Decimal() }

// Decimal formats the amount without its currency: "150.00".
func (a Amount) Decimal() string {
	d := a.Currency.Digits()
	if d == 0 {
		return fmt.Sprint(a.Minor)
	}
	sign, abs := "", uint64(a.Minor)
	if a.Minor < 0 {
		sign, abs = "-", -abs
	}
	unit := uint64(math.Pow10(d))
	return fmt.Sprintf("%s%d.%0*d", sign, abs/unit, d, abs%unit)
}

// mulDiv returns a*b/c rounded half away from zero, with a 128-bit product in between. c must be positive.
func mulDiv(a, b, c int64) (int64, error) {
	negative := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	lo, carry := bits.Add64(lo, uint64(c)/2, 0)
	hi += carry
	if hi >= uint64(c) {
		return 0, ErrOverflow
	}
	quotient, _ := bits.Div64(hi, lo, uint64(c))
	if quotient > math.MaxInt64 {
		return 0, ErrOverflow
	}
	if negative {
		return -int64(quotient), nil
	}
	return int64(quotient), nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
