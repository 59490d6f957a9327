package email

import (
	"strings"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/texts"
)

// signs are the usual currency signs.
var signs = map[money.Currency]string{"USD": "$", "MXN": "$", "CAD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CLP": "$"}

// price writes an amount for a customer, as in "$1,234.50"; of another currency than dollars it names the currency too. An unknown
// currency is an error, since its minor unit is unknown.
func (l language) price(a money.Amount) (string, error) {
	if !a.Currency.Known() {
		return "", fault.InvalidField("currency", "there is no currency %q", a.Currency)
	}
	return l.written(a), nil
}

// written is price for a known currency.
func (l language) written(a money.Amount) string {
	key := "amount.with-currency"
	if a.Currency == "USD" {
		key = "amount"
	}
	number, negative := strings.CutPrefix(a.Decimal(), "-")
	text := texts.Fill(l[key], "sign", signs[a.Currency], "number", l.grouped(number), "currency", a.Currency)
	if negative {
		return "-" + text
	}
	return text
}

// grouped writes a decimal number as the language does, in groups of three digits before the point.
func (l language) grouped(decimal string) string {
	whole, fraction, point := strings.Cut(decimal, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + l["number.group"] + whole[i:]
	}
	if point {
		return whole + l["number.point"] + fraction
	}
	return whole
}
