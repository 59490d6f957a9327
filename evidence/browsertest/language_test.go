//go:build browser

package browsertest

import "testing"

// speaks waits until the page is in a language and ready.
func (p *tab) speaks(language string) {
	p.Helper()
	p.until(`document.documentElement.lang === %s`, language)
	p.settled()
}

// wantFocus waits until a part of the page has the focus.
func (p *tab) wantFocus(part string) {
	p.Helper()
	p.until(`document.activeElement?.dataset?.part === %s`, part)
}

// TestWhoPicksAMarketIsSpokenToInItsLanguage, until the customer switches the language, which is then kept.
func TestWhoPicksAMarketIsSpokenToInItsLanguage(t *testing.T) {
	t.Parallel()
	p := start(t).visit(desktop, "en-US")
	p.add("BB001")
	p.speaks("en")
	p.click(`[data-part="market-MX"]`)
	p.speaks("es")
	p.wantFocus("market-MX")
	p.says(`[data-sku="BB001"] .price`, "$3,000 MXN")
	for _, path := range []string{"/cart", "/success", "/"} {
		p.goTo(path)
		p.speaks("es")
	}
	p.click(`[data-part="market-US"]`)
	p.speaks("en")
	p.click(`[data-part="language-es"]`)
	p.speaks("es")
	p.wantFocus("language-es")
	p.click(`[data-part="market-MX"]`)
	p.says(`[data-sku="BB001"] .price`, "$3,000 MXN")
	p.click(`[data-part="market-US"]`)
	p.says(`[data-sku="BB001"] .price`, "$150 USD")
	p.goTo("/cart")
	p.speaks("es")
}

// TestTheCartFollowsItsMarket: no input is lost, and the focus stays where it was.
func TestTheCartFollowsItsMarket(t *testing.T) {
	t.Parallel()
	p := start(t).visit(desktop, "en-US")
	p.add("BB001")
	p.toCart()
	p.write(ann)
	p.click(`input[value="MX"]`)
	p.speaks("es")
	p.view("filled")
	p.wantFocus("market-MX")
	p.says("#total", "$3,000 MXN")
	p.wantTyped(ann)
	p.click(`input[value="B2B"]`) // it switches to the US by itself: the customer did not pick it
	p.says("#total", "$150 USD")
	p.speaks("es")
}

// TestAnOrdersPagesSpeakItsMarketsLanguage to a browser in another one, and leave all other pages unchanged.
func TestAnOrdersPagesSpeakItsMarketsLanguage(t *testing.T) {
	t.Parallel()
	s := start(t)
	mexican, american := s.stocked("Ana", "MX"), s.stocked("Ann", "US")
	p := s.visit(desktop, "en-US")
	p.goTo(s.deliveryPage(mexican.OrderID))
	p.speaks("es")
	p.view("choose")
	p.says(".times label", "10:00 a.m.")
	p.says("#zone", "hora estándar central")
	p.goTo(s.trackingPage(mexican))
	p.speaks("es")
	p.says("#headline", "Tus plantas están listas")
	p.goTo("/")
	p.speaks("en")
	p.goTo(s.deliveryPage(american.OrderID))
	p.speaks("en")
	p.says("#zone", "Eastern Time")
	p.goTo(s.deliveryPage(mexican.OrderID))
	p.speaks("es")
	p.click(`[data-part="language-en"]`)
	p.speaks("en")
	p.view("choose")
	p.says(".times label", "10:00 AM") // the customer's language, the market's clock
	p.says("#zone", "Central Standard Time")
	p.goTo(s.trackingPage(mexican))
	p.view("found")
	p.speaks("en")
}

// TestAFormOfAnotherShopFile: the form has exactly the catalog's markets and customer types.
func TestAFormOfAnotherShopFile(t *testing.T) {
	t.Parallel()
	s := start(t, selling(t, "  B2B:\n    payment: invoice\n    markets: [US]", "  Club:\n    payment: invoice\n    markets: [MX]",
		"minDigits: 6, maxDigits: 20", "minDigits: 9, maxDigits: 9"))
	p := s.visit(desktop, "en-US")
	p.add("BB001")
	p.toCart()
	p.click(`input[value="Club"]`)
	p.until(`document.querySelector("input[value=US]").disabled && document.querySelector("input[value=MX]").checked`)
	p.says("#customerType label:has(:checked)", "Club")
	p.says("#hint-market", p.word("form.market.only", "markets", "Mexico"))
	p.says("#hint-orgNumber", p.word("form.orgNumber.hint", "digits", "9"))
	p.says("#payment", p.word("form.pay.invoice"))
	p.says("#total", "$3,000 MXN")
	p.write(ann)
	p.fill("#orgNumber", "12345678")
	p.click("#submit")
	p.wantProblem("orgNumber", p.word("check.orgNumber", "digits", "9"))
	p.fill("#orgNumber", "123456789")
	if o := s.order(p.order()); o.CustomerType != "Club" || o.CustomerMarket != "MX" || o.Amount != 300000 {
		t.Errorf("order %+v", o)
	}
}
