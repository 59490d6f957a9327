package statement

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"acme.example/webshop/money"
)

var (
	plainAmount   = regexp.MustCompile(`^([+-]?)([0-9]+)(?:\.([0-9]+))?$`)
	groupedAmount = regexp.MustCompile(`^[+-]?[0-9]{1,3}(?:[.,][0-9]{3})+$`)
	spacedAmount  = regexp.MustCompile(`^[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]*)?$`)
)

var (
	errCurrency = fmt.Errorf("must be one of %v", money.Currencies())
	errAmount   = errors.New("must be a number such as 1234.50, 1,234.50 or 1.234,50")
)

// exactAmount reads an amount with a decimal point into minor units. Digits beyond those of the currency must be zeros.
func exactAmount(text string, currency money.Currency) (money.Amount, error) {
	if !currency.Known() {
		return money.Amount{}, errCurrency
	}
	parts := plainAmount.FindStringSubmatch(text)
	if parts == nil {
		return money.Amount{}, errAmount
	}
	digits := currency.Digits()
	fraction := strings.TrimRight(parts[3], "0")
	if len(fraction) > digits {
		return money.Amount{}, fmt.Errorf("%s has %d decimals", currency, digits)
	}
	fraction += strings.Repeat("0", digits-len(fraction))
	minor, err := strconv.ParseInt(parts[1]+parts[2]+fraction, 10, 64)
	if err != nil {
		return money.Amount{}, money.ErrOverflow
	}
	return money.Amount{Minor: minor, Currency: currency}, nil
}

// writtenAmount reads an amount as people write it, with a decimal point or comma and groups of thousands:
//
//   - If both signs occur, the last one is the decimal sign, and the other groups thousands: 1.234,50 and 1,234.50.
//   - A sign that occurs more than once groups thousands: 1.234.567.
//   - A sign that occurs once is the decimal sign: 1234,5. Before exactly three digits it could be either, and is refused
//     for a currency with decimals; for one without, it groups: 1.234 yen.
//   - Spaces may group thousands: 1 234,50.
func writtenAmount(text string, currency money.Currency) (money.Amount, error) {
	if !currency.Known() {
		return money.Amount{}, errCurrency
	}
	if spacedAmount.MatchString(text) {
		text = strings.ReplaceAll(text, " ", "")
	}
	point, comma := strings.LastIndexByte(text, '.'), strings.LastIndexByte(text, ',')
	decimal := max(point, comma)
	if decimal < 0 {
		return exactAmount(text, currency)
	}
	if point < 0 || comma < 0 {
		switch grouped := groupedAmount.MatchString(text); {
		case strings.Count(text, text[decimal:decimal+1]) > 1:
			return ungrouped(text, "", currency)
		case grouped && currency.Digits() == 0:
			return ungrouped(text, "", currency)
		case grouped:
			return money.Amount{}, fmt.Errorf("may be %s.%s or %s%s; write it with all decimals", text[:decimal], text[decimal+1:], text[:decimal], text[decimal+1:])
		}
	}
	return ungrouped(text[:decimal], "."+text[decimal+1:], currency)
}

// ungrouped reads an amount whose whole part may have groups of thousands, with one sign.
func ungrouped(whole, fraction string, currency money.Currency) (money.Amount, error) {
	if sign := strings.IndexAny(whole, ".,"); sign >= 0 {
		if !groupedAmount.MatchString(whole) || strings.Count(whole, ".") > 0 && strings.Count(whole, ",") > 0 {
			return money.Amount{}, errAmount
		}
		whole = strings.ReplaceAll(whole, whole[sign:sign+1], "")
	}
	return exactAmount(whole+fraction, currency)
}
