//go:build browser

package browsertest

import (
	"testing"
)

func TestTheCartSurvivesAReloadAndIsOneInAllTabs(t *testing.T) {
	t.Parallel()
	p := start(t).visit(desktop, "en-US")
	p.add("BB001", "EX001")
	p.reload()
	p.says("#badge", "2")
	p.says(`[data-sku="EX001"] .in-cart`, p.word("home.in-cart", "n", "1"))
	other := p.another()
	other.goTo("/cart")
	other.says("#badge", "2")
	other.click(`[data-part="more-EX001"]`)
	other.says("#total", "$750 USD")
	p.says("#badge", "3")
	p.says(`[data-sku="EX001"] .in-cart`, p.word("home.in-cart", "n", "2"))
	other.fill(`[data-part="n-BB001"]`, "7")
	other.press("\r")
	p.says("#badge", "9")
	other.click(`li[data-sku="EX001"] .link`)
	p.says("#badge", "7")
	other.says("#cart-status", other.word("cart.removed", "name", "Exclusive decorative", "total", "$1,050 USD"))
	other.click(`li[data-sku="BB001"] .link`)
	other.view("empty")
	p.until(`document.querySelector("#badge").hidden`)
}

func TestTheEmptyCart(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p := start(t).visit(desktop, language)
		p.goTo("/cart")
		p.view("empty")
		p.says("main", p.word("cart.empty"))
		p.audit("empty cart")
		p.click(`[data-view="empty"] a`)
		p.at("/")
	})
}

// TestNonsenseInTheCart: products that are no longer sold, or are no numbers, are left out.
func TestNonsenseInTheCart(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p := start(t).visit(desktop, language)
		p.goTo("/")
		p.inJS(`localStorage.setItem("acme.cart", '{"BB001":2,"GONE1":1,"LB001":"x","LB002":-4}')`)
		p.goTo("/cart")
		p.view("filled")
		p.says("#cart-notice", p.word("cart.gone"))
		p.says("#badge", "2")
		p.audit("cart with something that is gone")
		for _, quantity := range []string{"0", "-3", "1.5", "many", "99999999999"} {
			p.inJS(`localStorage.setItem("acme.cart", '{"BB001":2,"LB001":1}')`)
			p.reload()
			p.settled()
			p.fill(`[data-part="n-BB001"]`, quantity)
			p.press("\r")
			badge := map[string]string{"0": "1", "99999999999": "51"}[quantity]
			if badge == "" {
				badge = "3" // an invalid number changes nothing
			}
			p.says("#badge", badge)
		}
	})
}

func TestTheShopCannotBeReached(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p := start(t).visit(desktop, language)
		join := p.cutOff("/catalog")
		p.goTo("/")
		p.says("#unreachable", p.word("home.unreachable"))
		p.audit("first page without plants")
		p.inJS(`localStorage.setItem("acme.cart", '{"BB001":1}')`)
		p.goTo("/cart")
		p.view("unreachable")
		p.audit("cart without an answer")
		join()
		p.click("#retry")
		p.view("filled")
	})
}
