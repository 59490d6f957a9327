package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/rules"
)

// parsed is the built-in rules with some texts changed.
func parsed(t testing.TB, pairs ...string) *rules.Set {
	t.Helper()
	text := string(rules.Default)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%q is not in the built-in rules", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	set, err := rules.Check([]byte(text), app.Providers, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// made are orders as a set makes them: in the US and in Mexico at once, and by a firm.
func made(t testing.TB, set *rules.Set, n int) (orders []order.Order) {
	t.Helper()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for i := range n {
		o := order.Order{
			Customer:     order.Customer{Name: "Ann", Email: "ann@example.com", Phone: "123", Street: "s", City: "c"},
			CustomerType: []string{"B2C", "B2C", "B2B"}[i%3], Market: []string{"US", "MX", "US"}[i%3],
			OrgNumber: []string{"", "", "123456789"}[i%3], Products: event.ParseItems([]string{"LB001", "LB001,LB002", "BB001,EX001,EX001"}[i%3]),
			CreatedAt: at.Add(time.Duration(-i) * time.Minute),
		}
		again, err := set.Orders.Recreate(o, nil)
		if err != nil {
			t.Fatal(err)
		}
		again.ID, again.CreatedAt = int64(n-i), o.CreatedAt
		orders = append(orders, again)
	}
	return orders
}

// TestTheSameRulesMakeTheSameOrders.
func TestTheSameRulesMakeTheSameOrders(t *testing.T) {
	set := parsed(t)
	got := set.Try(made(t, set, 30))
	if got.Orders != 30 || got.Differ != 0 || len(got.Differences) != 0 {
		t.Errorf("%+v", got)
	}
	want := []rules.Sum{{Currency: "MXN", Was: 10 * 660000, Would: 10 * 660000}, {Currency: "USD", Was: 10 * 90000, Would: 10 * 90000}}
	if diff := cmp.Diff(want, got.Sums); diff != "" {
		t.Error(diff)
	}
}

// taxed is a change of the built-in rules: what is sold in the US is taxed.
var taxed = []string{
	"      authorities:\n        - { name: Sales-tax, treatments: [ { treatment: out-of-scope, text: { en: No sales tax is charged, es: No se cobra impuesto sobre ventas } } ] }",
	"      rates: [ { name: GST, percent: \"5\" } ]",
}

// TestOtherRulesMakeOtherOrders, and the trial says in what.
func TestOtherRulesMakeOtherOrders(t *testing.T) {
	for name, c := range map[string]struct {
		change []string
		by     map[string]int
		us     rules.Outcome // of the order in the US
	}{
		"dearer": {
			[]string{"price: 15000", "price: 16000"}, map[string]int{"price": 2},
			rules.Outcome{Total: 16000, Currency: "USD", Route: rules.Route{Payment: "payments-us"}},
		},
		"another rate": {[]string{`rate: "20"`, `rate: "18.5"`}, map[string]int{"price": 1}, rules.Outcome{}},
		"another provider": {
			[]string{"paymentProvider: payments-us", "paymentProvider: payments-mx"}, map[string]int{"route": 1},
			rules.Outcome{Total: 15000, Currency: "USD", Route: rules.Route{Payment: "payments-mx"}},
		},
		"individuals pay later": {
			[]string{"payment: at-once", "payment: invoice"}, map[string]int{"route": 2},
			rules.Outcome{Total: 15000, Currency: "USD", Route: rules.Route{Payment: "invoice"}},
		},
		"a plant is gone": {
			[]string{"sku: LB001", "sku: XX001"}, map[string]int{"refused": 2},
			rules.Outcome{Refused: []fault.Field{{Name: "products", Detail: `there is no product "LB001"`}}},
		},
		"an offer": {
			[]string{"\nmarkets:", "\noffers:\n  week: { label: { en: Week, es: Semana }, when: 'market.name == \"US\"', percent: \"10\" }\n\nmarkets:"},
			map[string]int{"price": 2, "offers": 2},
			rules.Outcome{Total: 13500, Currency: "USD", Offers: []rules.Off{{Offer: "week", Amount: 1500}}, Route: rules.Route{Payment: "payments-us"}},
		},
		"an offer of another time": {
			[]string{"\nmarkets:", "\noffers:\n  week: { label: { en: Week, es: Semana }, percent: \"10\", from: 2027-01-01T00:00 }\n\nmarkets:"}, nil, rules.Outcome{},
		},
		"a tax": {
			taxed, map[string]int{"price": 2, "tax": 2},
			rules.Outcome{Total: 15750, Currency: "USD", Taxes: []rules.Tax{{Name: "GST", Rate: "5", Amount: 750}}, Route: rules.Route{Payment: "payments-us"}},
		},
		"a review": {
			[]string{"\nmarkets:", "\nreviews:\n  fraud: [ { markets: [US], over: { USD: 100 } } ]\n\nmarkets:"}, map[string]int{"route": 2},
			rules.Outcome{Total: 15000, Currency: "USD", Route: rules.Route{Payment: "payments-us", Reviews: []string{"fraud"}}},
		},
		"no firms": {[]string{"maxDigits: 20", "maxDigits: 8"}, map[string]int{"refused": 1}, rules.Outcome{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := parsed(t, c.change...).Try(made(t, parsed(t), 3))
			differ := 0
			for _, kind := range rules.Kinds {
				if got.By[kind] != c.by[kind] {
					t.Errorf("%d differ in %s", got.By[kind], kind)
				}
				differ = max(differ, c.by[kind])
			}
			if got.Differ != differ || len(got.Differences) != differ {
				t.Errorf("%d differ: %+v", got.Differ, got.Differences)
			}
			if c.us.Currency == "" && c.us.Refused == nil {
				return
			}
			if diff := cmp.Diff(c.us, got.Differences[0].Would); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestATrialTellsTheKeptOrder: what is compared with is what the order is, not what the rules of its time make of it.
func TestATrialTellsTheKeptOrder(t *testing.T) {
	orders := made(t, parsed(t), 1)
	orders[0].Total.Minor = 777
	got := parsed(t).Try(orders)
	if got.Differ != 1 || got.Differences[0].Was.Total != 777 || got.Differences[0].Would.Total != 15000 {
		t.Errorf("%+v", got)
	}
}

// BenchmarkTry1000 makes a thousand orders again under rules with five offers, a tax and a review.
func BenchmarkTry1000(b *testing.B) {
	set := parsed(b, "price: 15000", "price: 16000", taxed[0], taxed[1],
		"\nmarkets:", `
reviews:
  fraud: [ { markets: [US], over: { USD: 30000 } } ]
offers:
  week: { label: { en: W, es: S }, when: 'market.name == "US" && cart.subtotal > 20000', percent: "10" }
  pair: { label: { en: P, es: P }, items: 'item.sku == "EX001" && item.quantity >= 2', percent: "20", priority: 5 }
  many: { label: { en: M, es: M }, when: 'cart.pieces > 1', percent: "3" }
  firm: { label: { en: F, es: F }, when: 'customer.type == "B2B"', percent: "2", excludes: [week] }
  gift: { label: { en: G, es: R }, when: 'cart.items.exists(i, i.sku == "EX001")', free: { sku: BB002, quantity: 1 } }

markets:`)
	orders := made(b, parsed(b), 1000)
	for b.Loop() {
		if got := set.Try(orders); got.Differ == 0 {
			b.Fatal("nothing differs")
		}
	}
}

func ExampleSet_Try() {
	was, _ := rules.Check(rules.Default, app.Providers, time.Now())
	o, _ := was.Orders.Recreate(order.Order{
		Customer: order.Customer{Name: "Ann", Email: "ann@example.com", Phone: "123", Street: "s", City: "c"},
		Market:   "US", CustomerType: "B2C", Products: event.ParseItems("LB001"),
	}, nil)
	dearer, _ := rules.Check([]byte(strings.Replace(string(rules.Default), "price: 15000", "price: 16000", 1)), app.Providers, time.Now())
	trial := dearer.Try([]order.Order{o})
	fmt.Println(trial.Differ, trial.Differences[0].In, trial.Differences[0].Was.Total, trial.Differences[0].Would.Total)
	// Output: 1 [price] 15000 16000
}
