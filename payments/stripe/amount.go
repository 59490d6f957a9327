package stripe

import (
	"slices"
	"strings"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// Stripe counts an amount in the currency's smallest unit, which has two decimal digits but for these currencies
// (https://docs.stripe.com/currencies#zero-decimal and #three-decimal; UGX has none, and is counted with two). An amount with three
// digits ends in a zero.
var (
	withoutDigits   = []string{"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
	withThreeDigits = []string{"bhd", "jod", "kwd", "omr", "tnd"}
)

// codeOf is a currency's code as Stripe writes it.
func codeOf(c money.Currency) string { return strings.ToLower(string(c)) }

// digitsOf is the number of decimal digits in Stripe's amounts of a currency.
func digitsOf(code string) int {
	switch {
	case slices.Contains(withoutDigits, code):
		return 0
	case slices.Contains(withThreeDigits, code):
		return 3
	}
	return 2
}

// checkAmount refuses what Stripe does not count as the shop does, and what is nothing.
func checkAmount(a money.Amount) error {
	if !a.Currency.Known() || a.Currency.Digits() != digitsOf(codeOf(a.Currency)) {
		return fault.InvalidField("currency", "Stripe does not count %s as the shop does", a.Currency)
	}
	if a.Minor <= 0 {
		return fault.InvalidField("amount", "must be over 0, and is %s", a)
	}
	if a.Currency.Digits() == 3 && a.Minor%10 != 0 {
		return fault.InvalidField("amount", "must be a multiple of ten minor units for Stripe, and is %s", a)
	}
	return nil
}

// amountOf reads an amount of Stripe's.
func amountOf[C ~string](minor int64, currency C) money.Amount {
	return money.Amount{Minor: minor, Currency: money.Currency(strings.ToUpper(string(currency)))}
}
