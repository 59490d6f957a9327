package stripe

import (
	"testing"

	"acme.example/webshop/money"
)

// TestStripeCountsEachCurrencyInItsOwnUnit: of what the shop sells in, Stripe takes the amount as it is, yen and pesos without decimals and
// dinars in thousandths that end in a zero.
func TestStripeCountsEachCurrencyInItsOwnUnit(t *testing.T) {
	for _, c := range money.Currencies() {
		a := money.Amount{Minor: 1000, Currency: c}
		if err := checkAmount(a); err != nil || digitsOf(codeOf(c)) != c.Digits() {
			t.Errorf("%s: %v", a, err)
		}
	}
	for code, want := range map[string]int{"jpy": 0, "clp": 0, "krw": 0, "kwd": 3, "bhd": 3, "usd": 2, "ugx": 2} {
		if got := digitsOf(code); got != want {
			t.Errorf("%s has %d digits, want %d", code, got, want)
		}
	}
	for minor, takes := range map[int64]bool{5120: true, 5125: false, 5: false} {
		if err := checkAmount(money.Amount{Minor: minor, Currency: "KWD"}); (err == nil) != takes {
			t.Errorf("KWD %d: %v", minor, err)
		}
	}
}
