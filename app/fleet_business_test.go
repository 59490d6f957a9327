package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// agreed is the price as a quote and an order's page show it.
type agreed struct {
	Currency string
	Total    int64
	Offers   []struct {
		Label  map[string]string
		Amount int64
	}
	Taxes []struct{ Name string }
}

// TestTheBusinessChangesInManyProcesses: a market, a customer type, an offer and a review are activated in a shop of many
// processes on PostgreSQL, as data only, and used by an order; its page and mail say the same as the cart.
func TestTheBusinessChangesInManyProcesses(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.run("database")
	f.run("database,finance")
	orders := []*member{f.run("order"), f.run("order")}
	f.run("delivery,stock,fraud")
	f.run("email,approval")
	text, err := examples.Over(rules.Default, "canada", "b2g", "weekend", "fraud")
	if err != nil {
		t.Fatal(err)
	}
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	f.activate(strings.NewReplacer("2026-11-28", day(-2), "2026-11-30", day(2)).Replace(string(text)), 1).want(200)
	for _, m := range orders {
		f.eventually("Canada is everywhere", func() bool { return f.call("GET", m.address()+"/catalog?market=CA", nil).status == 200 })
	}

	made, cart := f.buys("ann", "market", "CA", "products", "BB002,LB001,BB002", "codes", []string{"weekend"})
	if cart.Total != 56448 || len(cart.Taxes) != 2 || len(cart.Offers) != 2 { // 560.00, less a tenth, and 5 and 7 percent
		t.Errorf("in Canada: %+v", cart)
	}
	f.arrives(made.OrderID, "STOCKED")
	f.thanked("ann@example.com", "Weekend offer, 10% off: −$56.00 CAD", "PST 7%: $35.28 CAD", "Total: $564.48 CAD", "A gift from us")

	body := []any{"market", "CA", "customerType", "B2G", "products", "BB001", "details", map[string]string{"reference": "1234567897"}}
	made, cart = f.buys("office", body...)
	if cart.Total != 23520 || len(cart.Taxes) != 2 {
		t.Errorf("a public body: %+v", cart)
	}
	f.arrives(made.OrderID, "STOCKED")
	body[len(body)-1] = map[string]string{"reference": "1234567890"}
	f.call("POST", f.PublicURL+"/createOrder", realOrder("Office", append(body, "totalPrice", 23520, "currency", "CAD")...)).want(400).problem(fault.Invalid, "details.reference")

	f.turn("screening", map[string]any{"answerLater": 300})
	made, _ = f.buys("bo", "products", "EX002,EX002,EX001")
	f.arrives(made.OrderID, "STOCKED").wantTypes(t, reviewedLife...)
}

// buys quotes a cart in one process and orders it in another; the order's page says the same.
func (f *fleet) buys(name string, changes ...any) (created, agreed) {
	f.Helper()
	d := realOrder(name, append([]any{"email", name + "@example.com"}, changes...)...)
	var cart, page agreed
	f.call("POST", f.PublicURL+"/quote", d).want(200).into(&cart)
	d["totalPrice"], d["currency"] = cart.Total, cart.Currency
	made := f.create(d)
	var tracked struct{ Agreed *agreed }
	f.call("GET", f.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200).into(&tracked)
	if tracked.Agreed != nil {
		page = *tracked.Agreed
	}
	sum := func(a agreed) (offers map[string]int64) {
		offers = map[string]int64{}
		for _, o := range a.Offers {
			offers[o.Label["en"]+o.Label["es"]] += o.Amount
		}
		return offers
	}
	if page.Total != cart.Total || fmt.Sprint(page.Taxes, sum(page)) != fmt.Sprint(cart.Taxes, sum(cart)) {
		f.Errorf("the cart told %+v, the order's page tells %+v", cart, page)
	}
	return made, cart
}

// thanked wants texts in the mail that confirms an order.
func (f *fleet) thanked(address string, parts ...string) {
	f.Helper()
	var thanks string
	f.eventually("the thanks are sent", func() bool {
		for _, m := range f.mails(address) {
			if strings.Contains(m.Text, "Your order has reached us") {
				thanks = m.Text
			}
		}
		return thanks != ""
	})
	for _, part := range parts {
		if !strings.Contains(thanks, part) {
			f.Errorf("the mail does not tell %q:\n%s", part, thanks)
		}
	}
}
