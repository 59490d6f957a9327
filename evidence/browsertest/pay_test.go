//go:build browser

package browsertest

import (
	"testing"

	"acme.example/webshop/app"
)

// onPages has customers pay on the providers' pages, which a shop in one process simulates: on SQLite.
func onPages(c *app.Config) { c.PaymentPage, c.DatabaseURL = true, "" }

// toPay presses the button that places the order, and waits for the provider's page.
func (p *tab) toPay() {
	p.Helper()
	p.priced()
	p.click("#submit")
	p.onProvidersPage()
}

func (p *tab) onProvidersPage() {
	p.Helper()
	p.until(`location.pathname.startsWith("/simulated/") && document.readyState === "complete"`)
	p.says("h1", map[string]string{"en-US": "SIMULATION", "es-MX": "SIMULACIÓN"}[p.language])
}

// comesBack presses a button of the provider's page that leads back to the order's.
func (p *tab) comesBack(button string) {
	p.Helper()
	p.chooses(button)
	p.at("/order")
	p.view("found")
}

// wantPaid wants the order's page to thank, and the order to go on.
func (p *tab) wantPaid(method string) {
	p.Helper()
	p.says("#thanks", p.word("order.thanks"))
	p.says("#paid-by", p.word("order.paid."+method))
	p.says(`[data-event="OrderCreated"].done`, p.word("order.step.paid"))
	p.until(`!document.querySelector("#pay").checkVisibility()`)
	p.shop.arrives(1, "STOCKED")
	p.says("#headline", p.word("order.stocked"))
}

// TestACustomerPaysByCard: the form leads to the provider's page, which leads back to the order's.
func TestACustomerPaysByCard(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, onPages)
		p, c := s.ready(language)
		p.says("#payment", p.word("form.pay.now"))
		p.audit("cart of a shop with payment pages")
		p.toPay()
		if o := s.order(1); o.Status != "PAYMENT_PENDING" {
			t.Errorf("order %+v", o)
		}
		p.comesBack("pay")
		p.wantPaid("card")
		p.audit("order that has just been paid")
		if badge := p.text("#badge"); badge != "" {
			t.Errorf("the cart still has %s", badge)
		}
		p.reload()
		p.view("found")
		p.until(`!document.querySelector("#thanks").checkVisibility()`)
		s.wantOneOrder(c.email())
	})
}

func TestACustomerPaysWith3DSecure(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, _ := s.ready("en-US")
	p.toPay()
	p.chooses("pay-3ds")
	p.comesBack("confirm")
	p.wantPaid("card")
}

// TestADeclinedCustomerTriesAgain: the order stays, and is paid with another payment.
func TestADeclinedCustomerTriesAgain(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, onPages)
		p, _ := s.ready(language)
		p.toPay()
		p.chooses("pay-declined")
		p.click(".back")
		p.at("/order")
		p.says("#headline", p.word("order.failed"))
		p.audit("order whose payment was declined")
		p.doubleClick(`[data-method="card"]`)
		p.onProvidersPage()
		p.comesBack("pay")
		p.wantPaid("card")
	})
}

// TestACustomerGoesOnWithThePayment that was begun: after leaving the provider's page, and from the cart's page.
func TestACustomerGoesOnWithThePayment(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, _ := s.ready("en-US")
	p.toPay()
	begun := js[string](p, `location.href`)
	p.goTo("/cart")
	p.view("empty")
	p.says("#unpaid", p.word("cart.unpaid", "id", "1"))
	p.audit("empty cart, with an order to be paid")
	p.click("#unpaid a")
	p.at("/order")
	p.says("#headline", p.word("order.unpaid"))
	p.click(`[data-method="card"]`)
	p.onProvidersPage()
	if now := js[string](p, `location.href`); now != begun {
		t.Errorf("the payment goes on at %s, it was begun at %s", now, begun)
	}
	p.comesBack("pay")
	p.wantPaid("card")
	p.goTo("/cart")
	p.view("empty")
	p.until(`!document.querySelector("#unpaid").checkVisibility()`)
}

// TestACustomerPaysWithAVoucher in a shop, later: nothing but the provider's call tells.
func TestACustomerPaysWithAVoucher(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, c := s.ready("es-MX")
	p.click(`[data-part="paymentMethod-cash-voucher"]`)
	p.says("#payment", p.word("form.pay.cash-voucher"))
	p.reload()
	p.view("filled")
	p.until(`document.querySelector('[data-part="paymentMethod-cash-voucher"]').checked`)
	p.wantTyped(c)
	p.audit("cart with a choice of payment")
	p.toPay()
	number := p.takesVoucher()
	p.comesBack("abandon")
	p.wantVoucher(number)
	p.audit("order with a voucher")
	operator := s.visit(desktop, "en-US")
	operator.operate("/console/partners")
	operator.pressed(".payments", "Pay")
	operator.confirms("Pay: order 1?")
	p.wantPaid("cash-voucher")
	s.wantOneOrderAndMails(c.email(), 3) // one told what to pay with
}

// takesVoucher has the provider's page show a voucher, and returns its number.
func (p *tab) takesVoucher() string {
	p.Helper()
	p.chooses("voucher")
	p.until(`Boolean(document.querySelector("#voucher")?.innerText)`)
	return p.text("#voucher")
}

// wantVoucher wants the order's page to show the voucher, and to copy its number.
func (p *tab) wantVoucher(number string) {
	p.Helper()
	p.says("#headline", p.word("order.pending"))
	p.until(`document.querySelector("#voucher-number").textContent.replaceAll(" ", "") === %s`, number)
	p.says("#voucher-amount", "$6,000 MXN")
	p.inJS(`navigator.clipboard.writeText = async (text) => { window.copied = text; }`)
	p.click("#voucher-copy")
	p.says("#voucher-news", p.word("voucher.copied"))
	p.until(`window.copied === %s && document.querySelector("#voucher-print").href.includes("/simulated/")`, number)
}

// payVoucher presses the button of the partner's page with which a voucher is paid.
func (s *shop) payVoucher(partner, number string) {
	s.Helper()
	var list struct {
		Payments []struct {
			Key     string
			Voucher struct{ Number string }
		}
	}
	s.call("GET", s.PrivateURL+"/partners/"+partner+"/payments", nil, &list)
	for _, payment := range list.Payments {
		if payment.Voucher.Number == number {
			s.call("POST", s.PrivateURL+"/partners/"+partner+"/payments", map[string]string{"key": payment.Key, "action": "pay"}, &struct{}{})
			return
		}
	}
	s.Fatalf("%s has no voucher %s", partner, number)
}
