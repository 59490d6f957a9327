package rules_test

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
)

// TestFormsOfOrgNumbersAreChecked: each market of a customer type has a form, and no other.
func TestFormsOfOrgNumbersAreChecked(t *testing.T) {
	for _, c := range []struct{ instead, want string }{
		{`{ approveNew: true }`, "orgNumber.minDigits: is missing, and markets does not say what the number is like in US"},
		{`{ minDigits: 6, maxDigits: 9, markets: { MX: { pattern: "[A-Z]{4}", label: { en: RFC, es: RFC } } } }`, "orgNumber.markets.MX: this customer type cannot order in MX"},
		{`{ markets: { US: { pattern: "(", label: { en: EIN, es: EIN } } } }`, "orgNumber.markets.US.pattern: error parsing regexp"},
		{`{ markets: { US: { label: { en: EIN, es: EIN } } } }`, "pattern"},
		{`{ minDigits: 6, maxDigits: 20, known: ["12"] }`, "must be 4 to 20 letters and digits, in quotes"},
	} {
		_, err := rules.Check([]byte(strings.Replace(string(rules.Default), "{ minDigits: 6, maxDigits: 20, approveNew: true }", c.instead, 1)), app.Providers, time.Now())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.instead, err, c.want)
		}
	}
}

// TestKnownOrgNumbersArePlain: they are compared with what is stored.
func TestKnownOrgNumbersArePlain(t *testing.T) {
	set, err := rules.Check([]byte(strings.Replace(string(rules.Default), "{ minDigits: 6, maxDigits: 20, approveNew: true }",
		`{ approveNew: true, known: ["de 123-456"], markets: { US: { pattern: "DE[0-9]{6}", label: { en: VAT, es: IVA } } } }`, 1)), app.Providers, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if known := set.Orders.CustomerTypes["B2B"].OrgNumber.Known; len(known) != 1 || known[0] != "DE123456" {
		t.Errorf("%v", known)
	}
}
