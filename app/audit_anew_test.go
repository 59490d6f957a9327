package app_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// pricedRules are laid over the built-in rules and those of Germany: offers of each kind, and markets that tax and round in other ways.
const pricedRules = `
catalog:
  - { sku: PN001, price: 333, taxClass: pot, category: small, name: { en: Pin, es: Alfiler }, description: { en: A pin, es: Un alfiler } }
  - { sku: PN002, price: 7, taxClass: plant, category: small, name: { en: Seed, es: Semilla }, description: { en: A seed, es: Una semilla } }
markets:
  US:
    maxOff: "20"
    charges: [ { name: shipping, label: { en: Shipping, es: Envío }, amount: 599, per: order, taxClass: plant, account: freight, freeFrom: 30000 } ]
    tax:
      rounding: { rates: combined, mode: half-even }
      authorities:
        - { name: State, treatments: [ { percent: "6.25" } ] }
        - { name: City, point: delivery, treatments: [ { treatment: zero, classes: [plant] }, { percent: "1.75" } ] }
  MX:
    charges: [ { name: packing, label: { en: Packing, es: Empaque }, amount: 55, per: piece, taxClass: pot, account: packing, customerTypes: [B2C] } ]
    tax: { included: true, authorities: [ { name: IVA, treatments: [ { percent: "16" } ] } ], rounding: { per: invoice } }
  JP:
    currency: JPY
    rate: "0.7"
    language: en
    timeZone: Asia/Tokyo
    paymentProvider: payments-us
    tax:
      rounding: { per: invoice, mode: down }
      authorities: [ { name: Tax, treatments: [ { percent: "10", classes: [pot] }, { percent: "8" } ] } ]
  CA:
    currency: CAD
    rate: "1.3733"
    language: en
    timeZone: America/Toronto
    paymentProvider: payments-us
    tax: { rates: [ { name: GST, percent: "5" }, { name: PST, percent: "7", categories: [small] } ] }
  KW:
    currency: KWD
    rate: "0.3075"
    language: en
    timeZone: Asia/Kuwait
    paymentProvider: payments-us
    tax: { authorities: [ { name: VAT, treatments: [ { treatment: out-of-scope, text: { en: No tax is charged, es: No se cobra impuesto } } ] } ] }
customerTypes: { B2C: { markets: [US, MX, DE, JP, CA, KW] } }
delivery:
  KW: { firstDay: 2, days: 10, weekdays: [mon, tue, wed, thu, fri], starts: ["10:00"], capacity: 10 }
  JP: { firstDay: 2, days: 10, weekdays: [mon, tue, wed, thu, fri], starts: ["10:00"], capacity: 10 }
  CA: { firstDay: 2, days: 10, weekdays: [mon, tue, wed, thu, fri], starts: ["10:00"], capacity: 10 }
offers:
  always: { label: { en: A, es: A }, items: item.category == "small", percent: "3" }
  tenth: { label: { en: A tenth, es: Un diezmo }, code: TENTH, percent: "10", priority: 5, group: rivals }
  twelfth: { label: { en: An eighth, es: Un octavo }, code: EIGHTH, percent: "12.5", items: item.price > 500, group: rivals }
  seeds: { label: { en: Seeds, es: Semillas }, code: SEEDS, priority: 7, free: { sku: PN002, quantity: 3 } }
  third: { label: { en: A third, es: Un tercio }, code: THIRD, percent: "50", nth: 3 }
  less: { label: { en: Less, es: Menos }, code: LESS, when: "cart.subtotal >= (market.currency in ['JPY', 'KWD'] ? 1000 : 30000)", amount: { USD: 1000, MXN: 20000, EUR: 1000, JPY: 10, CAD: 1000, KWD: 300 } }
  gift: { label: { en: A gift, es: Un regalo }, code: GIFT, free: { sku: PN001, quantity: 2 } }
  part: { label: { en: A part, es: Una parte }, code: PART, amount: "cart.subtotal / 7" }
`

// startPriced starts a shop whose prices are made in many ways.
func startPriced(t *testing.T, change ...func(*app.Config)) *shop {
	t.Helper()
	text, err := examples.Over(rules.Default, "germany")
	if err != nil {
		t.Fatal(err)
	}
	if text, err = examples.Lay(text, []byte(pricedRules)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, append(change, func(c *app.Config) { c.ShopFile = file })...)
}

// TestTheAuditMakesTheSamePrices: of orders in markets that tax and round in their own ways, with offers of each kind, the auditor
// computes what the shop did. A smallest coin that is changed in any of them is found.
func TestTheAuditMakesTheSamePrices(t *testing.T) {
	t.Parallel()
	s, draw := startPriced(t), rand.New(rand.NewPCG(17, 21))
	// Less than a coin is taken off the seed, and is part of what the percentage is of.
	s.buy(realOrder("Coin", "email", "coin@example.com", "market", "CA", "products", "PN001,PN002,PT001", "codes", []string{"GIFT", "TENTH", "THIRD"}))
	s.buy(realOrder("Yen", "email", "yen@example.com", "market", "JP", "products", "BB001,LB002,PN001,PN001", "codes", []string{"TENTH", "THIRD"}))
	for i := range 60 {
		s.buy(drawn(draw, i))
	}
	s.eventually("all are placed", func() bool { return s.audited().Standings["waits for its customer"] == 62 })
	r := s.audited()
	clean(t, r)
	if notes := strings.Join(r.Notes, "\n"); strings.Contains(notes, "earlier releases") || !strings.Contains(notes, "an expression of an offer says") || !strings.Contains(notes, "when and items") {
		t.Error(notes)
	}
	s.changeOneOfEach(draw)
	found := map[int64]bool{}
	for _, f := range s.audited().Findings {
		found[f.OrderID] = found[f.OrderID] || f.Check == "money.price" || f.Check == "money.tax"
	}
	for id := range int64(62) {
		if !found[id+1] {
			t.Errorf("order %d: what was changed is not found: %+v", id+1, s.terms(id+1))
		}
	}
}

// drawn is an order of some pieces, with some codes.
func drawn(draw *rand.Rand, number int) draft {
	var products, codes []string
	skus := []string{"PT001", "PN001", "PN002", "BB001", "LB002"}
	for range 1 + draw.IntN(9) {
		products = append(products, skus[draw.IntN(len(skus))])
	}
	for _, code := range []string{"TENTH", "THIRD", "LESS", "GIFT", "PART", "EIGHTH", "SEEDS"} {
		if draw.IntN(3) == 0 {
			codes = append(codes, code)
		}
	}
	d := realOrder(fmt.Sprint("Ann", number), "email", fmt.Sprintf("ann%d@example.com", number), "street", fmt.Sprint("Way ", number),
		"market", []string{"US", "MX", "DE", "JP", "CA", "KW"}[number%6], "products", strings.Join(products, ","), "codes", codes)
	if number%12 == 2 {
		d["customerType"], d["details"] = "EU", map[string]string{"vatNumber": fmt.Sprint("ATU1234567", number/12)}
	}
	return d
}

// changeOneOfEach adds one to some number in what was agreed of each order.
func (s *shop) changeOneOfEach(draw *rand.Rand) {
	s.Helper()
	numbers := regexp.MustCompile(`"(?:unitPrice|quantity|amount|tax|total|base|relief)":\d+`)
	for id := range int64(62) {
		text, err := json.Marshal(s.terms(id + 1))
		if err != nil {
			s.Fatal(err)
		}
		all := numbers.FindAllIndex(text, -1)
		one := all[draw.IntN(len(all))]
		name, number, _ := strings.Cut(string(text[one[0]:one[1]]), ":")
		n, _ := strconv.Atoi(number) // it is one, by its pattern
		changed := fmt.Sprint(string(text[:one[0]]), name, ":", n+1, string(text[one[1]:]))
		s.sql(fmt.Sprintf(`UPDATE orders SET terms = '%s' WHERE order_id = %d`, changed, id+1))
	}
}
