package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

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
