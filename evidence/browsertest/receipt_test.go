//go:build browser

package browsertest

import "testing"

// TestACustomerFindsTheReceipt on the order's page, once the books have issued it.
func TestACustomerFindsTheReceipt(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Bookish", home[language])
		p := s.visit(phone, language)
		p.goTo(s.trackingPage(made))
		p.says("#headline", p.word("order.stocked"))
		p.until(`document.querySelectorAll("#papers a").length === 2 && document.querySelector("#papers").checkVisibility()`)
		p.audit("order with its receipt")
		p.inJS(`document.querySelector("#papers a").click()`)
		p.until(`location.pathname === "/receipt" && document.body.textContent.includes("Bookish")`)
	})
}
