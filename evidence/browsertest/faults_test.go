//go:build browser

package browsertest

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestTwoTabsMakeOneOrder: the same cart is ordered from two tabs in the same moment.
func TestTwoTabsMakeOneOrder(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		other := p.another()
		other.goTo("/cart")
		other.write(c)
		release := p.hold("/createOrder")
		p.click("#submit")
		p.until(`document.querySelector("#order").getAttribute("aria-busy") === "true"`)
		other.click("#submit")
		other.until(`document.querySelector("#order").getAttribute("aria-busy") === "true"`)
		release()
		p.at("/success")
		other.at("/success")
		if one, two := p.orderNumber(), other.orderNumber(); one != two {
			t.Errorf("the tabs have the orders %d and %d", one, two)
		}
		s.wantOneOrder(c.email())
	})
}

// TestASubmitBeforeThePrice is answered with the price, which has not changed.
func TestASubmitBeforeThePrice(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p, c := start(t).visit(desktop, language), local(language)
		p.expect("Problem: first-price")
		p.add("BB001")
		release := p.hold(p.shop.PublicURL + "/quote") // and not the script of that name
		p.goTo("/cart")
		fields := map[string]string{
			"#name": c.name, "#email": c.email(), "#phone": c.phone, "#street": c.street, "#city": c.city, "#region": c.region, "#postalCode": c.postalCode,
		}
		if c.neighborhood != "" {
			fields["#neighborhood"] = c.neighborhood
		}
		for field, value := range fields {
			p.fill(field, value)
		}
		p.click("#submit")
		p.until(`document.querySelector("#order").getAttribute("aria-busy") === "true"`)
		release()
		p.problem("problem.first-price")
		p.order()
	})
}

// TestABrowserThatKeepsNothing is told so, in place of a cart that is empty on the next page.
func TestABrowserThatKeepsNothing(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p := start(t).visit(phone, language)
		p.do(func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
				Source: `for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get() { throw new DOMException("refused", "SecurityError"); } })`,
			})
			return err
		})
		p.goTo("/")
		p.says("#not-kept", p.word("shop.not-kept"))
		p.click(`[data-sku="BB001"] button`)
		p.until(`document.querySelector("#status").textContent === %s`, p.word("shop.not-kept"))
		p.until(`document.querySelector("#badge").hidden`)
		p.audit("nothing is kept")
	})
}

// TestNobodyIsThanked: the success page thanks only those who have ordered.
func TestNobodyIsThanked(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		p := start(t).visit(desktop, language)
		p.goTo("/success")
		p.says("#nobody h1", p.word("success.nobody"))
		p.until(`!document.querySelector("#placed").checkVisibility()`)
	})
}

// TestALinkOutOfASentence works, and so does an address as people type it.
func TestALinkOutOfASentence(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.stocked("Copied", "US")
	p := s.visit(desktop, "en-US")
	for _, copied := range []string{".", "%20", ").", "%C2%A0"} {
		p.goTo(s.trackingPage(made) + copied)
		p.view("found")
		p.goTo(s.deliveryPage(made.OrderID) + copied)
		p.until(`document.querySelector("#slots").checkVisibility()`)
	}
	p.goTo("/Cart/")
	p.at("/cart")
}
