package email

import (
	"strings"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// signs are the currency signs that people know an amount by.
var signs = map[money.Currency]string{"USD": "$", "MXN": "$", "CAD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}

// price writes an amount for a customer: "$1,234.50" in dollars, "$1,234.50 MXN" in another currency. Mexico groups and
// points its numbers as the United States do. An unknown currency is an error, as its minor unit is unknown too.
func price(a money.Amount) (string, error) {
	if !a.Currency.Known() {
		return "", fault.InvalidField("currency", "there is no currency %q", a.Currency)
	}
	return written(a), nil
}

// written is price for a currency that is known.
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

// grouped puts a comma between each three digits before the point.
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
