//go:build browser

package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"acme.example/webshop/app"
)

// reviewed configures a shop in which a person approves each order of the US, and the fraud check those of Mexico.
func reviewed(t *testing.T) func(*app.Config) {
	file := filepath.Join(t.TempDir(), "shop.yaml")
	rules := string(app.DefaultShopFile) + "\nreviews: { approval: [ { markets: [US] } ], fraud: [ { markets: [MX] } ] }\n"
	if err := os.WriteFile(file, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *app.Config) { c.ShopFile = file }
}

// TestAPersonApproves orders on the console, and refuses them, while their customers watch.
func TestAPersonApproves(t *testing.T) {
	t.Parallel()
	s := start(t, reviewed(t))
	good, bad := s.create("Good Buyer", "US"), s.create("Bad Buyer", "US")
	s.arrives(good.OrderID, "IN_REVIEW")
	s.arrives(bad.OrderID, "IN_REVIEW")
	customer := s.visit(desktop, "en-US")
	customer.goTo(s.trackingPage(bad))
	customer.says("main", "We are looking at your order")
	customer.audit("an order in review")
	p := s.visit(desktop, "en-US")
	p.operate("/console/reviews")
	p.says("#found", "2 orders wait for you.")
	p.audit("reviews")
	p.pressed(fmt.Sprintf(`#list li[data-order="%d"]`, good.OrderID), "Approve")
	p.confirms(fmt.Sprintf("Let order %d pass?", good.OrderID))
	p.says("#found", "1 order waits for you.")
	s.arrives(good.OrderID, "STOCKED")
	p.pressed(fmt.Sprintf(`#list li[data-order="%d"]`, bad.OrderID), "Refuse")
	p.fill("#ask input", "known to be bad")
	p.confirms(fmt.Sprintf("Refuse order %d?", bad.OrderID))
	p.says("#found", "No order waits for you.")
	customer.says("main", "We are sorry that we cannot accept it")
	p.goTo(fmt.Sprintf("%s/console/orders/%d", s.PrivateURL, bad.OrderID))
	p.says("#timeline", "approval refused")
	p.says("#timeline", "by local: known to be bad")
	p.audit("an order that was refused")
}

// TestTwoPersonsApprove an order over the limit on the console: the first approval is shown, and a second one by the same
// person is refused.
func TestTwoPersonsApprove(t *testing.T) {
	t.Parallel()
	const bobsToken = "bob's own token is that"
	file := filepath.Join(t.TempDir(), "shop.yaml")
	rules := string(app.DefaultShopFile) + "\nreviews: { approval: [ {} ] }\nsecondPersonOver: { USD: 100, MXN: 2000 }\n"
	if err := os.WriteFile(file, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *app.Config) {
		c.ShopFile, c.Operator = file, []app.Secret{"ann=" + annsToken, "bob=" + bobsToken}
	})
	id := s.create("Dear Buyer", "US").OrderID
	p := s.visit(desktop, "en-US")
	p.expect("status of 401")
	p.expect("status of 409")
	p.goTo(s.PrivateURL + "/console/reviews")
	p.logIn()
	p.says("#found", "1 order waits for you.")
	p.says("#list", "Takes two persons to approve.")
	p.pressed("#list", "Approve")
	p.confirms(fmt.Sprintf("Let order %d pass?", id))
	p.says("#list", "Approved by ann, waits for a second person.")
	p.audit("reviews with a first yes")
	p.pressed("#list", "Approve")
	p.says("#ask-title", fmt.Sprintf("Let order %d pass?", id))
	p.click("#ask-yes")
	p.says("body", "ann has approved it already")
	p.goTo(fmt.Sprintf("%s/console/orders/%d", s.PrivateURL, id))
	p.says("#who", "open, approved by ann, waits for a second person")
	p.says("#timeline", "approval approved by the first of two")
	p.click("#operator")
	p.says("h1", "Log in")
	p.goTo(s.PrivateURL + "/console/reviews")
	p.fill("#token", bobsToken)
	p.pressed("main", "Log in")
	p.pressed("#list", "Approve")
	p.confirms(fmt.Sprintf("Let order %d pass?", id))
	p.says("#found", "No order waits for you.")
	p.goTo(fmt.Sprintf("%s/console/orders/%d", s.PrivateURL, id))
	p.says("#who", "passed by ann")
	p.says("#timeline", "PLACED")
}

// TestAPersonDecidesForAPartner that is down, on the order's own page; its customer reads Spanish.
func TestAPersonDecidesForAPartner(t *testing.T) {
	t.Parallel()
	s := start(t, reviewed(t))
	s.turn("screening", map[string]any{"failureRate": 1})
	made := s.create("Luz Prado", "MX")
	s.arrives(made.OrderID, "IN_REVIEW")
	customer := s.visit(desktop, "es-MX")
	customer.goTo(s.trackingPage(made))
	customer.says("main", "Estamos revisando tu pedido")
	p := s.visit(desktop, "en-US")
	p.operate(fmt.Sprintf("/console/orders/%d", made.OrderID))
	p.says("#troubles", "fraud.ReviewRequested fails")
	p.pressed("#acts", "Approve (fraud)")
	p.confirms(fmt.Sprintf("Let order %d pass?", made.OrderID))
	p.says("#who", "fraud passed by local")
	customer.says("main", "listo")
}
