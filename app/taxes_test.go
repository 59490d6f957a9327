package app_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"acme.example/webshop/app"
	ordering "acme.example/webshop/order"
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
