//go:build browser

package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

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

// TestAMarketChangesNoLanguage, neither the browser's nor the one that the customer chose, which is kept.
func TestAMarketChangesNoLanguage(t *testing.T) {
	t.Parallel()
	p := start(t).visit(desktop, "en-US")
	p.add("BB001")
	p.speaks("en")
	p.click(`[data-part="market-MX"]`)
	p.says(`[data-sku="BB001"] .price`, "$3,000 MXN")
	p.wantFocus("market-MX")
	for _, path := range []string{"/cart", "/success", "/"} {
		p.goTo(path)
		p.speaks("en")
	}
	p.click(`[data-part="market-US"]`)
	p.says(`[data-sku="BB001"] .price`, "$150 USD")
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

// TestTheMarketsLanguageIsForWhomNoOtherIsKnown: the shop does not speak French, so its market in Mexico answers in Spanish.
func TestTheMarketsLanguageIsForWhomNoOtherIsKnown(t *testing.T) {
	t.Parallel()
	p := start(t).visit(desktop, "fr-MX")
	p.add("BB001")
	p.speaks("es")
	p.click(`[data-part="market-US"]`)
	p.speaks("en")
	p.wantFocus("market-US")
	p.click(`[data-part="language-es"]`)
	p.speaks("es")
	p.click(`[data-part="market-MX"]`)
	p.says(`[data-sku="BB001"] .price`, "$3,000 MXN")
	p.click(`[data-part="market-US"]`)
	p.says(`[data-sku="BB001"] .price`, "$150 USD")
	p.speaks("es")
}

// TestTheCartFollowsItsMarket: its price, not its language; no input is lost, and the focus stays where it was.
func TestTheCartFollowsItsMarket(t *testing.T) {
	t.Parallel()
	p := start(t).visit(desktop, "en-US")
	p.add("BB001")
	p.toCart()
	p.write(ann)
	p.click(`input[value="MX"]`)
	p.says("#total", "$3,000 MXN")
	p.speaks("en")
	p.wantTyped(ann)
	p.click(`input[value="B2B"]`) // it switches to the US by itself
	p.says("#total", "$150 USD")
	p.speaks("en")
}

// TestWhoBuysAbroadIsWrittenToInTheirLanguage: on the pages, on the page of the provider, and in the mails.
func TestWhoBuysAbroadIsWrittenToInTheirLanguage(t *testing.T) {
	for browser, c := range map[string]struct {
		market         string
		customer       customer
		total, subject string
	}{
		"es-MX": {"US", ann, "$150 USD", "Gracias por tu pedido"},
		"en-US": {"MX", ana, "$3,000 MXN", "Thank you for your order"},
	} {
		t.Run(browser, func(t *testing.T) {
			t.Parallel()
			s := start(t, onPages)
			p := s.visit(phone, browser)
			language, _, _ := strings.Cut(browser, "-")
			p.add("BB001")
			p.toCart()
			p.click(`input[value="` + c.market + `"]`)
			p.says("#total", c.total)
			p.speaks(language)
			p.write(c.customer)
			p.toPay() // whose page is in the browser's language, too
			p.comesBack("pay")
			p.speaks(language)
			p.says("#thanks", p.word("order.thanks"))
			s.arrives(1, "STOCKED")
			eventually(t, "both mails are there", func() bool { return s.mails(c.customer.email()) == 2 })
			if got := s.subjects(c.customer.email()); !strings.Contains(got, c.subject) {
				t.Errorf("the mails are %s", got)
			}
			d := p.fromMail(c.customer)
			d.view("choose")
			d.speaks(language)
		})
	}
}

// subjects returns the subjects of the mails to an address.
func (s *shop) subjects(to string) string {
	s.Helper()
	var list struct{ Mails []struct{ Subject string } }
	s.call("GET", s.PrivateURL+"/mail?format=json&to="+to, nil, &list)
	return fmt.Sprint(list.Mails)
}

// TestAnOrdersOwnPagesSpeakItsLanguage to any browser, until it switches; all other pages, and what somebody shared, speak the
// viewer's.
func TestAnOrdersOwnPagesSpeakItsLanguage(t *testing.T) {
	t.Parallel()
	s := start(t)
	mexican, american := s.stocked("Ana", "MX"), s.stocked("Ann", "US") // no client said a language: it is the market's
	p := s.visit(desktop, "en-US")
	p.goTo(s.deliveryPage(mexican.OrderID))
	p.speaks("es")
	p.view("choose")
	p.says(".times label", "10:00 a.m.")
	p.says("#zone", "hora estándar central")
	p.goTo(s.trackingPage(mexican))
	p.speaks("es")
	p.says("#headline", "Tus plantas están listas")
	p.click("#share button")
	p.until(`document.querySelector("#share-link").checkVisibility()`)
	shared := js[string](p, `document.querySelector("#share-link").value`)
	p.goTo("/")
	p.speaks("en")
	p.goTo(shared)
	p.until(`document.querySelector("#shared")?.checkVisibility()`)
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
	p.write(ana)
	p.fill("#orgNumber", "12345678")
	p.click("#submit")
	p.wantProblem("orgNumber", p.word("check.orgNumber", "digits", "9"))
	p.fill("#orgNumber", "123456789")
	if o := s.order(p.order()); o.CustomerType != "Club" || o.CustomerMarket != "MX" || o.Amount != 300000 {
		t.Errorf("order %+v", o)
	}
}

// TestATaxIDOfAMarket: the form calls it what the market does, and takes it as people write it.
func TestATaxIDOfAMarket(t *testing.T) {
	t.Parallel()
	s := start(t, selling(t, "  B2B:\n    payment: invoice\n    markets: [US]", "  B2B:\n    payment: invoice\n    markets: [US, MX]",
		"minDigits: 6, maxDigits: 20", `minDigits: 9, maxDigits: 9, markets: { MX: { pattern: "[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{3}", label: { en: RFC, es: RFC }, hint: { en: Such as XAXX010101000, es: Como XAXX010101000 } } }`))
	p := s.visit(desktop, "en-US")
	p.add("BB001")
	p.toCart()
	p.click(`input[value="B2B"]`)
	p.says("label[for=orgNumber]", p.word("form.orgNumber"))
	p.says("#hint-orgNumber", p.word("form.orgNumber.hint", "digits", "9"))
	p.click(`input[value="MX"]`)
	p.says("label[for=orgNumber]", "RFC")
	p.says("#hint-orgNumber", "Such as XAXX010101000")
	p.write(ana)
	p.fill("#orgNumber", "123456789")
	p.click("#submit")
	p.wantProblem("orgNumber", p.word("check.detail", "hint", "Such as XAXX010101000"))
	p.fill("#orgNumber", "xaxx-010101 000")
	if o := s.order(p.order()); o.Organization != "XAXX010101000" || o.CustomerMarket != "MX" {
		t.Errorf("order %+v", o)
	}
}
