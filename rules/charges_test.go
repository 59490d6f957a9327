package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// TestChargesAreChecked: who is charged, where, how it is taxed, and that the largest order can still be made.
func TestChargesAreChecked(t *testing.T) {
	text, err := examples.Over(rules.Default, "canada")
	if err != nil {
		t.Fatal(err)
	}
	charge := func(what string) string {
		return "markets: { CA: { charges: [ { name: fee, label: { en: Fee, es: Tasa }, amount: 29, per: order, taxClass: fee, account: fees" + what + " } ] } }"
	}
	for over, want := range map[string]string{
		charge(""): "",
		charge(", customerTypes: [B2C], jurisdictions: [BC, AB], freeFrom: 5000"): "",
		charge(", jurisdictions: [TX]"):                                           `CA.charges[0].jurisdictions[0]: there is no jurisdiction "TX"`,
		charge(", customerTypes: [X]"):                                            `CA.charges[0].customerTypes[0]: there is no customer type "X"`,
		strings.Replace(charge(""), "fees", "Fees!", 1):                           "CA.charges[0].account: must be 1 to 32 small letters",
		strings.Replace(charge(""), "order", "box", 1):                            `CA.charges[0].per: must be one of "order", "piece"`,
		strings.Replace(charge(""), ", es: Tasa", "", 1):                          `CA.charges[0].label: has no text for "es"`,
		strings.Replace(charge(""), "29", "2147483647", 1):                        "is too large in market CA",
		strings.Replace(charge(""), "} ] }", "}, { name: fee, label: { en: F, es: F }, amount: 1, per: piece, taxClass: fee, account: fees } ] }", 1):                                 "CA.charges[1].name: fee is there twice",
		"markets: { CA: { tax: { authorities: [ { name: GST, treatments: [ { percent: \"5\", classes: [plant, pot] } ] } ] }, " + strings.TrimPrefix(charge(""), "markets: { CA: { "): `GST has no treatment of the charge fee (taxClass "fee")`,
		"markets: { CA: { maxOff: \"30\" } }":  "",
		"markets: { CA: { maxOff: \"130\" } }": "CA.maxOff: must be more than 0 and at most 100",
	} {
		changed, err := examples.Lay(text, []byte(over))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rules.Check(changed, app.Providers, time.Now()); (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", over, err, want)
		}
	}
}

// TestAWarningHasItsLine, and refuses nothing.
func TestAWarningHasItsLine(t *testing.T) {
	text := offeringShop()
	set, err := rules.Check([]byte(text), app.Providers, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, condition := range []string{"when: cart.subtotal >= 10000", "item.price >= 15000", "when: cart.subtotal > 40000"} {
		line := fmt.Sprintf("rules: line %d: offers.", strings.Count(text[:strings.Index(text, condition)], "\n")+1)
		if !slices.ContainsFunc(set.Warnings, func(w string) bool { return strings.HasPrefix(w, line) }) {
			t.Errorf("no warning is of the line of %q: %q", condition, set.Warnings)
		}
	}
}
