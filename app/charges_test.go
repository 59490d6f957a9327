package app_test

import (
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/app"
	ordering "acme.example/webshop/order"
)

// sellsGifts is Germany with a plant for 100.00, a pot for 20.00 that comes with it, and shipping of 11.90 that is free from 300.00.
const sellsGifts = `
catalog:
  - { sku: PL100, price: 10000, taxClass: plant, name: { en: Plant, es: Planta }, description: { en: A plant, es: Una planta } }
  - { sku: PO020, price: 2000, taxClass: pot, name: { en: Small pot, es: Macetita }, description: { en: A pot, es: Una maceta } }
markets:
  DE:
    maxOff: "30"
    charges:
      - { name: shipping, label: { en: Shipping, es: Envío }, amount: 1190, per: order, taxClass: pot, account: freight, freeFrom: 30000 }
offers:
  pot: { label: { en: A pot, es: Una maceta }, when: 'market.name == "DE" && cart.items.exists(i, i.sku == "PL100")', free: { sku: PO020, quantity: 1 } }
  tenth: { label: { en: A tenth, es: Un décimo }, code: TENTH, group: codes, percent: "10" }
  half: { label: { en: Half, es: La mitad }, code: HALF, group: codes, percent: "50" }
`

// charged is what quote and order page say of offers and charges.
type charged struct {
	Subtotal, Total int64
	Offers          []struct {
		Offer  string
		Amount int64
	}
	Charges []struct {
		Name   string
		Label  map[string]string
		Amount int64
		Tax    int64
	}
}

// TestChargesAndGiftsAreTaxedByTheirClasses: cart, order, page, mail and ledger say the same.
func TestChargesAndGiftsAreTaxedByTheirClasses(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := startInGermany(t, engine)
		s.lays(sellsGifts)
		german := func(changes ...any) draft {
			return realOrder("Anna", append([]any{"market", "DE", "email", "anna@example.com"}, changes...)...)
		}
		var q charged
		d := german("products", "PL100")
		s.call("POST", s.PublicURL+"/quote", d).want(200).into(&q)
		if q.Subtotal != 12000 || q.Total != 11190 || len(q.Charges) != 1 || q.Charges[0].Amount != 1190 || q.Charges[0].Tax != 190 || q.Charges[0].Label["en"] != "Shipping" {
			t.Errorf("the cart: %+v", q)
		}
		_, made := s.buy(d)
		s.arrives(made.OrderID, "STOCKED")
		terms := s.terms(made.OrderID)
		s.pricedAs(terms, 8333, 1667, 1190)
		var page struct{ Agreed charged }
		s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200).into(&page)
		if page.Agreed.Subtotal != 12000 || page.Agreed.Total != 11190 || len(page.Agreed.Charges) != 1 {
			t.Errorf("the page: %+v", page)
		}
		s.eventually("the mail tells the charge", func() bool {
			return slices.ContainsFunc(s.mails("anna@example.com"), func(m mail) bool {
				return strings.Contains(m.Text, "Shipping: €11.90 EUR") && strings.Contains(m.Text, "Total: €111.90 EUR")
			})
		})
		s.balanced(map[string]int64{
			"cash:payments-us EUR": 11190, "receivable EUR": 0, "revenue EUR": -(11190 - 545 - 266 - 190), "tax:DE:VAT@7 EUR": -545, "tax:DE:VAT@19 EUR": -266 - 190,
		})
		var free charged // half of 719.00, of which 30 percent is the most; what is left is enough for free shipping
		s.call("POST", s.PublicURL+"/quote", german("products", "BB001,BB001,LB001,BB001,PT001", "codes", []string{"tenth", "half"})).want(200).into(&free)
		if len(free.Offers) != 1 || free.Offers[0].Offer != "half" || free.Offers[0].Amount*10 != free.Subtotal*3 || len(free.Charges) != 0 {
			t.Errorf("of a group, with the most that may be taken off: %+v", free)
		}
		clean(t, s.audited())
	})
}

// pricedAs wants lines of a plant at 7 percent, a pot at 19 and the charge.
func (s *shop) pricedAs(terms ordering.Terms, plant, pot, charge int64) {
	s.Helper()
	l := terms.Lines
	if len(l) != 3 || l[0].Total != plant || l[0].Tax != 545 || l[1].Total != pot || l[1].Tax != 266 || l[2].Total != charge || l[2].Charge != "shipping" || l[2].Account != "freight" || l[2].Class != "pot" {
		s.Errorf("the order keeps %+v", l)
	}
}

// TestAFeeInOneRegionOnly: a fee for each order that is delivered in Ontario.
func TestAFeeInOneRegionOnly(t *testing.T) {
	t.Parallel()
	const fee = `
markets: { CA: { charges: [ { name: delivery-fee, label: { en: Retail delivery fee, es: Tasa de entrega }, amount: 29, per: order, taxClass: fee, account: fees, jurisdictions: ["ON"] } ] } }
`
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := startAbroad(t, engine)
		s.lays(fee)
		for region, total := range map[string]int64{"ON": 21000 + 2730 + 29 + 4, "AB": 22050} {
			q, made := s.buy(canadian("products", "BB001", "region", region, "email", region+"@example.com"))
			if o := s.arrives(made.OrderID, "STOCKED"); q.Total != total || q.Subtotal != 21000 || o.OrderedProducts != "BB001" {
				t.Errorf("%s: %+v", region, q)
			}
		}
		clean(t, s.audited())
	})
}

// dinars is a market with three decimals.
const dinars = `
markets:
  KW:
    currency: KWD
    rate: "0.307"
    language: en
    timeZone: Asia/Kuwait
    paymentProvider: payments-us
    tax: { authorities: [ { name: Tax, treatments: [ { percent: "5" } ] } ] }
customerTypes: { B2C: { markets: [US, MX, KW] } }
delivery:
  KW: { firstDay: 2, days: 10, weekdays: [sun, mon, tue, wed, thu], starts: ["10:00"], capacity: 10 }
`

// TestDinarsArePaidInTensOfFils: 150.00 dollars are 46.050 dinars, and with 5 percent 48.353, of which 48.350 are paid.
func TestDinarsArePaidInTensOfFils(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s, _ := startOver(t, dinars, engine)
		var q charged
		d := realOrder("Noor", "market", "KW", "products", "LB001", "email", "noor@example.com")
		s.call("POST", s.PublicURL+"/quote", d).want(200).into(&q)
		if q.Subtotal != 46050 || q.Total != 48350 || len(q.Charges) != 1 || q.Charges[0].Name != "rounding" || q.Charges[0].Amount != -3 {
			t.Errorf("%+v", q)
		}
		_, made := s.buy(d)
		s.arrives(made.OrderID, "STOCKED")
		s.eventually("the mail tells the total", func() bool {
			return slices.ContainsFunc(s.mails("noor@example.com"), func(m mail) bool { return strings.Contains(m.Text, "Total: 48.350 KWD") })
		})
		s.balanced(map[string]int64{"cash:payments-us KWD": 48350, "receivable KWD": 0, "revenue KWD": -46047, "tax:KW:Tax@5 KWD": -2303})
		clean(t, s.audited())
	})
}
