//go:build browser

package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// maxTabs is how often the key is pressed before an element counts as unreachable.
const maxTabs = 80

// tabTo presses Tab until an element has the focus, and wants the focus to be visible.
func (p *tab) tabTo(selector string) {
	p.Helper()
	for range maxTabs {
		if js[bool](p, `Boolean(document.activeElement?.matches(%s))`, selector) {
			p.wantFocusSeen(selector)
			return
		}
		p.press(kb.Tab)
	}
	p.fail("%s cannot be reached with Tab", selector)
}

// wantFocusSeen wants an outline on the focused element, or on what represents it if it is not drawn itself.
func (p *tab) wantFocusSeen(selector string) {
	p.Helper()
	seen := js[bool](p, `[document.activeElement, document.activeElement.closest("label"), document.activeElement.nextElementSibling]
		.some((e) => e && getComputedStyle(e).outlineStyle === "solid" && parseFloat(getComputedStyle(e).outlineWidth) >= 2)`)
	if !seen {
		p.Errorf("the focus on %s cannot be seen", selector)
	}
}

// TestJourneyWithTheKeyboardAlone buys and books without a mouse: only Tab, arrows, Enter, Space and letters.
func TestJourneyWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.visit(desktop, "en-US")
	p.goTo("/")
	p.press(kb.Tab)
	p.wantFocusSeen(".skip")
	p.press(kb.Enter)
	p.tabTo(`[data-sku="BB002"] button`)
	p.press(" ")
	p.says("#badge", "1")
	p.goTo("/cart")
	p.view("filled")
	p.tabTo(`[data-part="more-BB002"]`)
	p.press(kb.Enter)
	p.says("#total", "$250 USD")
	p.until(`document.activeElement.dataset.part === "more-BB002"`)
	p.chooseBusinessAndBack()
	p.typeOrder(ann)
	p.press(kb.Enter)
	p.at("/success")
	id := p.orderNumber()
	s.arrives(id, "STOCKED")
	p.tabTo("#track a")
	p.press(kb.Enter)
	p.at("/order")
	p.tabTo("#act a")
	p.press(kb.Enter)
	p.at("/delivery")
	p.bookByKeyboard()
	s.arrives(id, "DELIVERY_BOOKED")
}

// chooseBusinessAndBack uses the arrows in the groups of choices.
func (p *tab) chooseBusinessAndBack() {
	p.Helper()
	p.tabTo(`input[name="customerType"]`)
	p.press(kb.ArrowDown)
	p.until(`document.querySelector("#field-orgNumber").checkVisibility() && document.querySelector("input[value=MX]").disabled`)
	p.press(kb.ArrowUp)
	p.until(`!document.querySelector("#field-orgNumber").checkVisibility() && !document.querySelector("input[value=MX]").disabled`)
}

// typeOrder sends the empty form, is taken to the first wrong field, and goes through them all.
func (p *tab) typeOrder(c customer) {
	p.Helper()
	p.tabTo("#submit")
	p.press(kb.Enter)
	p.until(`document.activeElement.id === "name"`)
	for _, f := range []struct{ id, text string }{{"name", c.name}, {"email", c.email()}, {"phone", c.phone}, {"street", c.street}, {"city", c.city}, {"region", c.region}, {"postalCode", c.postalCode}} {
		p.tabTo("#" + f.id)
		p.press(f.text)
	}
}

// bookByKeyboard books the second time of the first day.
func (p *tab) bookByKeyboard() {
	p.Helper()
	p.view("choose")
	p.tabTo(`.slot input`)
	p.press(" ")
	p.press(kb.ArrowRight)
	p.until(`document.querySelectorAll(".slot input")[1].checked`)
	p.tabTo("#book")
	p.press(kb.Enter)
	p.view("booked")
	p.until(`document.activeElement.closest("[data-view=booked]") !== null`)
}
