package app_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	ordering "acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// TestEachProvinceHasItsTaxes: what is owed in Canada is owed where the plants go to, by the region of the address or, without one, by
// its postal code; a client of the seed, which sends neither, orders where the shop is. An order keeps whose taxes it has.
func TestEachProvinceHasItsTaxes(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := startAbroad(t, engine)
		owed := map[string]int64{}
		for _, c := range []struct {
			region, postalCode, jurisdiction string
			taxes                            map[string]int64
		}{
			{"ON", "", "ON", map[string]int64{"HST@13": 2730}},
			{"", "M5V 2T6", "ON", map[string]int64{"HST@13": 2730}},
			{"Alberta", "", "AB", map[string]int64{"GST@5": 1050}},
			{"BC", "V6B 1A1", "BC", map[string]int64{"GST@5": 1050, "PST@7": 1470}},
			{"Québec", "", "QC", map[string]int64{"GST@5": 1050, "QST@9,975": 2095}},
			{"NS", "B3H 1A1", "NS", map[string]int64{"HST@14": 2940}},
			{"", "", "BC", map[string]int64{"GST@5": 1050, "PST@7": 1470}},
		} {
			_, made := s.buy(canadian("products", "BB001", "region", c.region, "postalCode", c.postalCode))
			s.arrives(made.OrderID, "STOCKED")
			got, terms := map[string]int64{}, s.terms(made.OrderID)
			for _, x := range terms.Taxes {
				got[x.Key()] = x.Amount
				owed["tax:CA:"+x.Key()+" CAD"] -= x.Amount
			}
			if !maps.Equal(got, c.taxes) || terms.Jurisdiction != c.jurisdiction {
				t.Errorf("%s %s: %v in %q, want %v in %s", c.region, c.postalCode, got, terms.Jurisdiction, c.taxes, c.jurisdiction)
			}
		}
		owed["cash:payments-us CAD"], owed["receivable CAD"], owed["revenue CAD"] = 7*21000+2*2730+1050+2*(1050+1470)+1050+2095+2940, 0, -7*21000
		s.balanced(owed)
		clean(t, s.audited())
	})
}

// TestAnExemptionByDocument: a business in British Columbia pays PST unless it has a number that holds on the market's clock.
func TestAnExemptionByDocument(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := startAbroad(t, engine)
		document := func(days int) map[string]string {
			until := time.Now().In(zone).AddDate(0, 0, days).Format(time.DateOnly)
			return map[string]string{"pstNumber": "PST-1234-5678", "pstAuthority": "British Columbia", "pstUntil": until}
		}
		for i, c := range []struct {
			details map[string]string
			pst     int64
			treated string
		}{{map[string]string{}, 1470, "rate"}, {document(1), 0, "exempt"}, {document(-1), 1470, "rate"}} {
			d := canadian("customerType", "TRADE", "products", "BB001", "region", "BC", "email", fmt.Sprint("trade", i, "@example.com"), "details", c.details)
			q, made := s.buy(d)
			s.arrives(made.OrderID, "STOCKED")
			terms := s.terms(made.OrderID)
			if pst := terms.Taxes[1]; q.Total != 22050+c.pst || pst.Amount != c.pst || pst.Treatment != c.treated || pst.Base != 21000 {
				t.Errorf("with %v: %d, %+v", c.details, q.Total, terms.Taxes)
			}
			if kept := terms.Details["pstNumber"]; kept != c.details["pstNumber"] {
				t.Errorf("the order keeps the number %q", kept)
			}
		}
		wrong := document(1)
		wrong["pstUntil"] = "2027-02-30"
		s.call("POST", s.PublicURL+"/createOrder", canadian("customerType", "TRADE", "products", "BB001", "totalPrice", 0, "details", wrong)).refuses(fault.Invalid)
		clean(t, s.audited())
	})
}

// startOver starts a shop with something laid over the built-in rules, and returns these.
func startOver(t *testing.T, more string, change ...func(*app.Config)) (*shop, string) {
	t.Helper()
	text, err := examples.Lay(rules.Default, []byte(more))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, append(change, func(c *app.Config) { c.ShopFile = file })...), string(text)
}

// chicago is four taxes of one market, and yen with two rates that are rounded once for each invoice.
const chicago = `
catalog:
  - { sku: PT001, price: 6000, taxClass: pot, name: { en: Pot, es: Maceta }, description: { en: A pot, es: Una maceta } }
markets:
  US:
    tax:
      rounding: { rates: each }
      authorities:
        - { name: State, treatments: [ { percent: "6.25" } ] }
        - { name: City, treatments: [ { percent: "1.75" } ] }
        - { name: County, treatments: [ { percent: "1.25" } ] }
        - { name: Transport, treatments: [ { percent: "1" } ] }
  JP:
    currency: JPY
    rate: "0.7"
    language: en
    timeZone: Asia/Tokyo
    paymentProvider: payments-us
    tax:
      rounding: { per: invoice, mode: down }
      authorities: [ { name: Tax, treatments: [ { percent: "10", classes: [pot] }, { percent: "8" } ] } ]
customerTypes: { B2C: { markets: [US, MX, JP] } }
delivery:
  JP: { firstDay: 2, days: 10, weekdays: [mon, tue, wed, thu, fri], starts: ["10:00"], capacity: 10 }
`

// TestTaxesAreRoundedAsTheRulesSay: 150.00 at 10.25 percent in four rates, and yen; orders, ledger and audit agree.
func TestTaxesAreRoundedAsTheRulesSay(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s, text := startOver(t, chicago, engine)
		s.taxedWith("US", "LB001", 938, 263, 188, 150)
		s.activate(strings.Replace(text, "rates: each", "rates: combined", 1), 1).want(200)
		s.taxedWith("US", "LB001", 938, 263, 187, 150)
		s.taxedWith("JP", "LB001,BB001,LB002,PT001", 4, 26) // 8 % of 105 + 105 + 126 are 26.88, and 10 % of 42 are 4.2
		s.balanced(map[string]int64{
			"cash:payments-us USD": 2*15000 + 1539 + 1538, "receivable USD": 0, "revenue USD": -30000,
			"tax:US:State@6,25 USD": -2 * 938, "tax:US:City@1,75 USD": -2 * 263, "tax:US:County@1,25 USD": -188 - 187, "tax:US:Transport@1 USD": -300,
			"cash:payments-us JPY": 378 + 30, "receivable JPY": 0, "revenue JPY": -378, "tax:JP:Tax@8 JPY": -26, "tax:JP:Tax@10 JPY": -4,
		})
		clean(t, s.audited())
	})
}

// taxedWith orders products, and wants these taxes, by quote and by order.
func (s *shop) taxedWith(market, products string, amounts ...int64) {
	s.Helper()
	q, made := s.buy(realOrder("Ann", "market", market, "products", products))
	s.arrives(made.OrderID, "STOCKED")
	var quoted, kept []int64
	for _, x := range q.Taxes {
		quoted = append(quoted, x.Amount)
	}
	for _, x := range s.terms(made.OrderID).Taxes {
		kept = append(kept, x.Amount)
	}
	slices.Sort(amounts)
	slices.Sort(quoted)
	slices.Sort(kept)
	if !slices.Equal(quoted, amounts) || !slices.Equal(kept, amounts) {
		s.Errorf("%s in %s: quoted %v, ordered %v; want %v", products, market, quoted, kept, amounts)
	}
}

// TestTaxIsGivenBackToTheCent: of three pieces of 3.33, less 1.00, with GST of 0.45, each has 0.15 of it when they are given back
// one by one.
func TestTaxIsGivenBackToTheCent(t *testing.T) {
	t.Parallel()
	const over = `
catalog:
  - { sku: PT001, price: 333, taxClass: pot, name: { en: Pot, es: Maceta }, description: { en: A pot, es: Una maceta } }
markets: { US: { tax: { authorities: [ { name: GST, treatments: [ { percent: "5" } ] } ] } } }
offers: { less: { label: { en: Less, es: Menos }, code: LESS, amount: { USD: 100, MXN: 2000 } } }
`
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s, _ := startOver(t, over, engine, operated)
		q, made := s.buy(realOrder("Ann", "products", "PT001,PT001,PT001", "codes", []string{"LESS"}))
		if q.Total != 944 || q.Taxes[0].Amount != 45 {
			t.Errorf("%+v", q)
		}
		s.arrives(made.OrderID, "STOCKED")
		for i, amount := range []int64{315, 314, 315} {
			var back askedRefund
			line := []any{map[string]any{"sku": "PT001", "quantity": 1}}
			s.refund(byAnn, made.OrderID, map[string]any{"lines": line, "key": fmt.Sprint("piece", i)}).want(200).into(&back)
			if back.Amount != amount {
				t.Errorf("piece %d: %+v", i, back)
			}
		}
		var got struct {
			GetOrder struct {
				Ledger []struct {
					Kind   string
					Amount int64
				}
			}
		}
		s.eventually("all is given back", func() bool {
			s.graphql(fmt.Sprintf("{ getOrder(id: %d) { ledger { kind amount } } }", made.OrderID), &got)
			n := 0
			for _, e := range got.GetOrder.Ledger {
				if strings.HasPrefix(e.Kind, "tax-reversal:GST@5") && e.Amount == 15 {
					n++
				}
			}
			return n == 3
		})
		s.balanced(map[string]int64{"cash:payments-us USD": 0, "receivable USD": 0, "revenue USD": -899, "refunds USD": 899, "tax:US:GST@5 USD": 0})
		clean(t, s.audited())
	})
}

// lays activates the active rules with something laid over them.
func (s *shop) lays(more string) {
	s.Helper()
	var active struct{ Text string }
	s.call("GET", s.PrivateURL+"/rules/versions/1", nil).want(200).into(&active)
	text, err := examples.Lay([]byte(active.Text), []byte(more))
	if err != nil {
		s.Fatal(err)
	}
	s.activate(string(text), 1).want(200)
}

// terms are what was agreed with an order's customer.
func (s *shop) terms(id int64) ordering.Terms {
	s.Helper()
	var got struct {
		GetOrder struct{ Terms ordering.Terms }
	}
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { terms } }", id), &got)
	return got.GetOrder.Terms
}

// startInGermany starts a shop with the market of the example.
func startInGermany(t *testing.T, change ...func(*app.Config)) *shop {
	t.Helper()
	text, err := examples.Over(rules.Default, "germany")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, append(change, func(c *app.Config) { c.ShopFile = file })...)
}

// TestEachProductHasItsTax: a plant and a pot at two rates, a company that owes none of them, and money given back; the ledger has
// an account for each rate, and the audit agrees.
func TestEachProductHasItsTax(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := startInGermany(t, engine)
		german := func(changes ...any) draft { return realOrder("Anna", append([]any{"market", "DE"}, changes...)...) }
		q, kept := s.buy(german("products", "BB001,PT001")) // 150.00 with 7 percent in it, and 119.00 with 19
		if q.Total != 26900 || len(q.Taxes) != 2 || q.Taxes[0].Amount != 1900 && q.Taxes[1].Amount != 1900 {
			t.Errorf("%+v", q)
		}
		_, regret := s.buy(german("products", "PT001,PT001", "email", "regret@example.com"))
		s.arrives(kept.OrderID, "STOCKED")
		s.arrives(regret.OrderID, "STOCKED")
		if lines := s.terms(kept.OrderID).Lines; lines[0].Class != "plant" || lines[1].Class != "pot" {
			t.Errorf("the order keeps the classes %+v", lines)
		}
		s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(regret)}).want(200)
		s.eventually("the money is given back", func() bool { return s.refunded(regret.OrderID, 1) })
		abroad := german("products", "PT001", "customerType", "EU", "details", map[string]string{"vatNumber": "ATU12345678"}, "email", "office@example.at")
		q, free := s.buy(abroad)
		if q.Total != 10000 || q.Taxes[0].Amount != 0 || q.Taxes[0].Relief != 1900 || q.Taxes[0].Text["en"] == "" {
			t.Errorf("a company abroad: %+v", q)
		}
		s.arrives(free.OrderID, "STOCKED")
		s.balanced(map[string]int64{
			"cash:payments-us EUR": 26900, "receivable EUR": 10000, "revenue EUR": -(26900 - 1900 - 981) - (23800 - 3800) - 10000, "refunds EUR": 20000,
			"tax:DE:VAT@7 EUR": -981, "tax:DE:VAT@19 EUR": -1900,
		})
		clean(t, s.audited())
	})
}
