package email

import (
	"strings"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// signs are the usual currency signs.
var signs = map[money.Currency]string{"USD": "$", "MXN": "$", "CAD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}

// price formats an amount for a customer: "$1,234.50" in dollars, "$1,234.50 MXN" in another currency. Mexico formats
// numbers as the United States do. An unknown currency is an error, since its minor unit is unknown too.
func price(a money.Amount) (string, error) {
	if !a.Currency.Known() {
		return "", fault.InvalidField("currency", "there is no currency %q", a.Currency)
	}
	return written(a), nil
}

// written is price for a known currency.
func written(a money.Amount) string {
	text := grouped(a.Decimal())
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		text = "-" + signs[a.Currency] + rest
	} else {
		text = signs[a.Currency] + text
	}
	if a.Currency != "USD" {
		text += " " + string(a.Currency)
	}
	return text
}

// grouped inserts a comma between groups of three digits before the point.
func grouped(decimal string) string {
	whole, fraction, point := strings.Cut(decimal, ".")
	sign := ""
	if rest, negative := strings.CutPrefix(whole, "-"); negative {
		sign, whole = "-", rest
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		fraction = "." + fraction
	}
	return sign + whole + fraction
}
