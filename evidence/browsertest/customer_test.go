//go:build browser

package browsertest

import (
	"cmp"
	"strconv"

	"github.com/chromedp/chromedp"
)

// customer is a buyer.
type customer struct {
	name, phone, street, city string
	region, postalCode        string
	neighborhood              string // of Mexico
	orgNumber                 string // of a business
}

var (
	ann  = customer{name: "Ann Buyer", phone: "+1 212 555 0100", street: "12 Elm Street", city: "Springfield", region: "Illinois", postalCode: "62701"}
	firm = customer{name: "Firm Office", phone: "+1 212 555 0199", street: "1 Wall Street", city: "New York", region: "NY", postalCode: "10005", orgNumber: "0123456789"}
	ana  = customer{name: "Ana Muñoz", phone: "+52 55 5555 0100", street: "Calle de la Peña 7", city: "Ciudad de México", region: "Ciudad de México", postalCode: "06700", neighborhood: "Roma Norte"}
)

// local returns the customer of a language.
func local(language string) customer {
	return map[string]customer{"en-US": ann, "es-MX": ana}[language]
}

func (c customer) email() string {
	return map[string]string{ann.name: "ann@example.com", firm.name: "firm@example.com", ana.name: "ana@example.com"}[c.name]
}

// add puts plants into the cart on the first page.
func (p *tab) add(skus ...string) {
	p.Helper()
	p.goTo("/")
	for i, sku := range skus {
		p.click(`[data-sku="` + sku + `"] button`)
		p.says("#badge", strconv.Itoa(i+1))
	}
}

// toCart follows the link in the header.
func (p *tab) toCart() {
	p.Helper()
	p.click("a.to-cart")
	p.at("/cart")
	p.view("filled")
}

// write fills the order form.
func (p *tab) write(c customer) {
	p.Helper()
	if c.orgNumber != "" {
		p.click(`input[value="B2B"]`)
		p.fill("#orgNumber", c.orgNumber)
	}
	p.fill("#name", c.name)
	p.fill("#email", c.email())
	p.fill("#phone", c.phone)
	p.fill("#street", c.street)
	p.fill("#city", c.city)
	for field, text := range map[string]string{"neighborhood": c.neighborhood, "region": c.region, "postalCode": c.postalCode} {
		if js[bool](p, `document.getElementById(%s).checkVisibility()`, field) {
			p.fill("#"+field, cmp.Or(text, "x"))
		}
	}
	p.priced()
}

// ready returns a customer who only has to press the button that places the order.
func (s *shop) ready(language string) (*tab, customer) {
	s.Helper()
	p, c := s.visit(desktop, language), local(language)
	p.add("BB001", "LB001")
	p.toCart()
	p.write(c)
	return p, c
}

// order presses the button once it shows the price, and waits for the confirmation. It returns the order's number.
func (p *tab) order() int64 {
	p.Helper()
	p.priced()
	p.click("#submit")
	p.at("/success")
	return p.orderNumber()
}

// orderNumber returns the number in the confirmation.
func (p *tab) orderNumber() int64 {
	p.Helper()
	p.until(`document.querySelector("#order-number").checkVisibility()`)
	return js[int64](p, `JSON.parse(sessionStorage.getItem("acme.placed")).orderId`)
}

// idle waits until the form can be sent again.
func (p *tab) idle() {
	p.Helper()
	p.until(`document.querySelector("#order").getAttribute("aria-busy") !== "true"`)
}

// problem waits until the form shows an error about the order as a whole.
func (p *tab) problem(key string) {
	p.Helper()
	p.says("#order-problem", p.word(key))
	p.idle()
	p.until(`document.activeElement.id === "order-problem"`)
}

// wantTyped wants the form to keep what the customer typed.
func (p *tab) wantTyped(c customer) {
	p.Helper()
	for field, want := range map[string]string{"name": c.name, "email": c.email(), "phone": c.phone, "street": c.street, "city": c.city} {
		if got := js[string](p, `document.getElementById(%s).value`, field); got != want {
			p.Errorf("the field %s says %q, want %q", field, got, want)
		}
	}
}

// inJS runs a statement in the page.
func (p *tab) inJS(statement string, args ...any) {
	p.Helper()
	js[chromedp.Void](p, statement, args...)
}
