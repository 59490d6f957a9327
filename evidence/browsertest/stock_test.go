//go:build browser

package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

// buyElsewhere buys brackens as another customer.
func (s *shop) buyElsewhere(pieces int) {
	s.Helper()
	name := fmt.Sprintf("other%d", pieces)
	var made struct{ OrderID int64 }
	s.call("POST", s.PublicURL+"/createOrder", map[string]any{
		"name": name, "email": name + "@example.com", "phone": "321321321", "street": name, "city": "Thatplace", "customerType": "B2C", "market": "US",
		"products": strings.Repeat(",LB001", pieces)[1:], "totalPrice": 15000 * pieces,
	}, &made)
}

// TestFewAreLeft: customers see how many are left, cannot put more into the cart, and are told when others were faster.
func TestFewAreLeft(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, selling(t, "sku: LB001", "sku: LB001\n    stock: 3\n    low: 5"))
		p := s.visit(phone, language)
		p.expect("status of 409", "Problem: ")
		p.goTo("/")
		p.says(`[data-sku="LB001"] .few`, p.word("home.left.other", "n", "3"))
		p.audit("few are left")
		p.add("LB001", "LB001", "LB001")
		p.click(`[data-sku="LB001"] button`)
		p.says("#status", p.word("home.all-in-cart", "name", map[string]string{"en-US": "Lush bracken", "es-MX": "Helecho frondoso"}[language]))
		p.says("#badge", "3")
		p.goTo("/cart")
		p.settled()
		p.until(`document.querySelector('[data-part="more-LB001"]').getAttribute("aria-disabled") === "true"`)
		s.buyElsewhere(2)
		p.reload()
		p.says("#no-price-words", p.word("problem.sold-out"))
		p.says(`li[data-sku="LB001"] .scarce`, p.word("cart.left.one", "n", "1"))
		p.audit("fewer are left than in the cart")
		p.click(`[data-part="fewer-LB001"]`)
		p.says("#badge", "1")
		p.settled()
		s.buyElsewhere(1)
		p.reload()
		p.says(`li[data-sku="LB001"] .scarce`, p.word("cart.sold-out"))
		p.goTo("/")
		p.says(`[data-sku="LB001"] .sold-out`, p.word("home.sold-out"))
		p.audit("sold out")
	})
}
