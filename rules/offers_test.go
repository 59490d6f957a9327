package rules_test

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// offering is the built-in shop file with more: Canada with two taxes, public bodies, and offers of all kinds.
const offering = `
offers:
  weekend:
    label: { en: Weekend, es: Fin de semana }
    when: cart.subtotal >= 10000
    items: |
      // big plants only
      item.price >= 15000
    percent: "10"
    from: 2026-11-28T00:00
    until: 2026-11-30T00:00
    priority: 10
    excludes: [welcome]
  welcome:
    label: { en: Welcome, es: Bienvenida }
    code: WELCOME
    limit: 100
    perCustomer: 1
    amount: { USD: 1000, MXN: 20000, CAD: 1400 }
  each:
    label: { en: Per piece, es: Por pieza }
    amount: cart.pieces * 10
  gift:
    label: { en: Gift, es: Regalo }
    when: cart.subtotal > 40000
    free: { sku: BB001, quantity: 1 }
  third:
    label: { en: Third, es: Tercera }
    items: item.category == "tree"
    nth: 3
    percent: 100
`

func offeringShop() string {
	text := strings.NewReplacer(
		"  - sku: EX002\n", "  - sku: EX002\n    category: tree\n",
		"\ncustomerTypes:\n", `
  CA:
    currency: CAD
    rate: "1.4"
    language: en
    timeZone: America/Toronto
    paymentProvider: payments-us
    tax:
      included: false
      rates:
        - { name: GST, percent: "5" }
        - { name: PST, percent: 7, categories: [tree], customerTypes: [B2C] }

customerTypes:
  B2G:
    payment: invoice
    markets: [CA]
    label: { en: Public body, es: Organismo público }
    details:
      - name: reference
        label: { en: Reference, es: Referencia }
        hint: { en: ten digits, es: diez cifras }
        pattern: '^[0-9]{10}$'
        check: luhn
        required: true
`, "\ndelivery:\n", `
delivery:
  CA: { firstDay: 1, days: 10, weekdays: [mon], starts: ["09:00"], capacity: 20 }
`, "markets: [US, MX]", "markets: [US, MX, CA]",
	).Replace(string(rules.Default))
	return text + offering
}

func TestOffersTaxesAndDetailsAreData(t *testing.T) {
	set, err := rules.Check([]byte(offeringShop()), app.Providers, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	o := set.Orders
	tax := o.Markets["CA"].Tax
	if len(o.Offers) != 5 || o.Offers["welcome"].Limit != 100 || len(tax.Authorities) != 2 || tax.Included || len(o.CustomerTypes["B2G"].Details) != 1 {
		t.Errorf("%+v, %+v", o.Offers, tax)
	}
}

// TestABadOfferIsRefusedWithItsLine changes one text of the file at a time; what is told is in the line of the change, or
// so many lines after it.
func TestABadOfferIsRefusedWithItsLine(t *testing.T) {
	for _, c := range []struct {
		old, new string
		after    int
		want     string
	}{
		{"  weekend:\n    label", "  weekend:\n    lable", 1, "unknown field"},
		{"  weekend:", "  Weekend!:", 0, "its name must be 1 to 32 small letters"},
		{"label: { en: Weekend, es: Fin de semana }", "label: { en: Weekend }", 0, `has no text for "es"`},
		{"when: cart.subtotal >= 10000", "when: cart.total >= 10000", 0, "offers.weekend.when: column 5: undeclared reference"},
		{"when: cart.subtotal >= 10000", "when: cart.subtotal", 0, "must be bool; it is int"},
		{"when: cart.subtotal >= 10000", "when: 1 / (cart.pieces - 1) > 0", 0, "division by zero"},
		{"item.price >= 15000", "item.price >= '15'", 0, "offers.weekend.items: column 12: found no matching overload"},
		{`percent: "10"`, `percent: "101"`, 0, "must be more than 0 and at most 100"},
		{`percent: "10"`, `percent: "0"`, 0, "must be more than 0"},
		{`percent: "10"`, `percent: ten`, 0, "must be more than 0"},
		{"from: 2026-11-28T00:00", "from: next week", 0, "must be a time such as"},
		{"until: 2026-11-30T00:00", "until: 2026-11-27T00:00", 0, "must be later than from"},
		{"excludes: [welcome]", "excludes: [wellcome]", 0, `there is no offer "wellcome"`},
		{"excludes: [welcome]", "excludes: [weekend]", 0, "goes in a circle"},
		{"code: WELCOME", "code: wel come", 0, "must be 2 to 32"},
		{"    code: WELCOME\n", "", 0, "needs a code"},
		{"limit: 100", "limit: -1", 0, "must be a whole number from 0 to 10000"},
		{"limit: 100", "limit: 10001", 0, "must be a whole number from 0 to 10000"},
		{", CAD: 1400 }", " }", 0, "has none in CAD, the currency of market CA"},
		{"amount: { USD: 1000", "amount: { USD: 12501", 0, "it takes USD 125.01 off USD 125.00: the price would be negative"},
		{"amount: cart.pieces * 10", "amount: 0 - cart.pieces", 0, "it would make the price higher"},
		{"amount: cart.pieces * 10", "amount: [1]", 0, "must be a map or a text"},
		{"free: { sku: BB001, quantity: 1 }", "free: { sku: BB009, quantity: 1 }", 0, `there is no product "BB009"`},
		{"    nth: 3\n", "    nth: 1\n", 0, "must be a whole number from 2 to 100"},
		{"name: GST, percent: \"5\"", "name: GST, percent: \"-5\"", 0, "markets.CA.tax.rates[0].percent"},
		{"name: PST", "name: GST", 0, "GST is there twice"},
		{"categories: [tree]", "categories: [bush]", 0, `no product has the category "bush"`},
		{"customerTypes: [B2C] }", "customerTypes: [B2X] }", 0, `there is no customer type "B2X"`},
		{"label: { en: Public body, es: Organismo público }", "label: { en: Public body }", 0, `customerTypes.B2G.label: has no text for "es"`},
		{"- name: reference", "- name: the reference", 0, "customerTypes.B2G.details[0].name"},
		{"'^[0-9]{10}$'", "'^[0-9{10}$'", 0, "details[0].pattern: error parsing regexp"},
		{"check: luhn", "check: crc", 0, "details[0].check: must be one of \"date\", \"luhn\", \"mod11\", \"mod97\""},
		{"price: 15000", "price: 1073742", 0, "is too large in market MX: 100 pieces with their taxes can cost more than MXN 21474836.47, the most that an order can have as its total; orders.maxPieces can be 99"},
		{"price: 15000", "price: 2000000000", 0, "is too large in market CA: an order can have a total of CAD 21474836.47"},
		{"price: 15000", "price: 9000000000000000000", 0, "must be a whole number from 1 to 2147483647"},
	} {
		shop := offeringShop()
		text := strings.Replace(shop, c.old, c.new, 1)
		if text == shop {
			t.Fatalf("%q is not in the file", c.old)
		}
		_, err := rules.Check([]byte(text), app.Providers, time.Now())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; want %q", c.new, err, c.want)
			continue
		}
		before, _, _ := strings.Cut(shop, c.old)
		if line := strings.Count(before, "\n") + 1 + c.after; !mentions(err.Error(), line) {
			t.Errorf("%q is in line %d, but: %v", c.new, line, err)
		}
	}
}

// TestTreatmentsOfTaxes: what an authority forgets is refused, and what it says holds.
func TestTreatmentsOfTaxes(t *testing.T) {
	text, err := examples.Over(rules.Default, "germany")
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Check(text, app.Providers, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	de := set.Orders.Markets["DE"].Tax
	if !de.Included || len(de.Authorities) != 1 || len(de.Authorities[0].Treatments) != 3 || de.Texts()["VAT exempt"]["es"] == "" {
		t.Errorf("%+v", de)
	}
	tax := func(lines ...string) string { return "markets: { DE: { tax: { " + strings.Join(lines, ", ") + " } } }" }
	vat := func(treatments string) string {
		return "authorities: [ { name: VAT, treatments: [ " + treatments + " ] } ]"
	}
	for over, want := range map[string]string{
		tax(vat(`{ percent: "19", classes: [pot] }`)):                                                        `VAT has no treatment of LB001 (taxClass "plant")`,
		tax(vat(`{ percent: "7", customerTypes: [B2C] }, { treatment: zero, customerTypes: [EU] }`)):         "that holds for every B2C customer",
		tax(vat(`{ percent: "7", until: "2030-01-01T00:00" }`)):                                              "customer on 2030-01-01",
		tax(vat(`{ treatment: zero, percent: "7" }`)):                                                        "is for a rate only",
		tax(vat(`{ percent: "7", classes: [tree] }, { percent: "7" }`)):                                      `no product has the taxClass "tree"`,
		tax(vat(`{ percent: "7", needs: crown }, { percent: "7" }`)):                                         `no customer type is asked for "crown"`,
		tax(vat(`{ treatment: out-of-scope }`)):                                                              "treatments[0].text: is missing: a bill must say why",
		tax(vat(`{ }`)):                                                                                      "must be more than 0 and at most 100",
		tax("rates: [ { name: VAT, percent: \"7\" } ]"):                                                      "must have rates or authorities",
		"markets: { DE: { language: es, tax: { " + vat(`{ treatment: zero, text: { en: None } }`) + " } } }": `has no text for "es"`,
		tax("included: false, keepGross: true"):                                                              "is for included taxes",
	} {
		changed, err := examples.Lay(text, []byte(over))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rules.Check(changed, app.Providers, time.Now()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", over, err, want)
		}
	}
}
