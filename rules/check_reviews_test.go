package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
)

// TestWhichOrdersAreReviewed is data, and each name in it is checked, with its line.
func TestWhichOrdersAreReviewed(t *testing.T) {
	lines := strings.Count(string(rules.Default), "\n")
	set, err := rules.Check(append(slices.Clone(rules.Default), `
reviews:
  fraud: [ { markets: [US], customerTypes: [B2C], over: { USD: 100000 } }, { over: { USD: 5, MXN: 7 } } ]
  approval: [ { customerTypes: [B2B], over: { USD: 200000 } }, {} ]
`...), app.Providers, time.Now())
	if err != nil || len(set.Orders.Reviews["fraud"]) != 2 || set.Orders.Reviews["approval"][0].Over["USD"] != 200000 {
		t.Errorf("%+v, %v", set.Orders.Reviews, err)
	}
	if len(set.Orders.SecondPersonOver) != 0 {
		t.Errorf("built in: %v", set.Orders.SecondPersonOver)
	}
	_, err = rules.Check(append(slices.Clone(rules.Default), `
reviews:
  fraud:
    - { markets: [US, XX] }
    - { customerTypes: [B2X] }
    - { over: { USD: 5 } }
    - { markets: [US], over: { USD: -1 } }
    - { over: { USD: 1, MXN: 1, XXX: 1 } }
  horoscope: [ {} ]
`...), app.Providers, time.Now())
	for line, problem := range map[int]string{
		4: `reviews.fraud[0].markets[1]: there is no market "XX"`, 5: `reviews.fraud[1].customerTypes[0]: there is no customer type "B2X"`,
		6: `reviews.fraud[2].over: has no amount in MXN, the currency of market MX`, 7: `reviews.fraud[3].over.USD: must be a whole number from 0 to 2147483647`,
		8: `reviews.fraud[4].over.XXX: its name must be one of "CAD", "CLP", "EUR"`, 9: `reviews.horoscope: its name must be one of "fraud", "approval"`,
	} {
		if want := fmt.Sprintf("line %d: %s", lines+line, problem); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
}

// TestWhichOrdersTakeTwoPersons is data: an amount for the currency of each market, or none at all.
func TestWhichOrdersTakeTwoPersons(t *testing.T) {
	set, err := rules.Check(append(slices.Clone(rules.Default), "\nsecondPersonOver: { USD: 500000, MXN: 10000000 }\n"...), app.Providers, time.Now())
	if err != nil || set.Orders.SecondPersonOver["MXN"] != 10000000 {
		t.Errorf("%+v, %v", set, err)
	}
	for text, problem := range map[string]string{
		"{ USD: 1 }":                 "secondPersonOver: has no amount in MXN, the currency of market MX",
		"{ USD: -1, MXN: 1 }":        "secondPersonOver.USD: must be a whole number from 0 to 2147483647",
		"{ USD: 1, MXN: 1, XXX: 1 }": "secondPersonOver.XXX: its name must be one of",
	} {
		_, err := rules.Check(append(slices.Clone(rules.Default), "\nsecondPersonOver: "+text+"\n"...), app.Providers, time.Now())
		if err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: no %q in: %v", text, problem, err)
		}
	}
}
