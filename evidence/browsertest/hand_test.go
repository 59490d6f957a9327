//go:build browser

package browsertest

import (
	"context"
	"errors"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// goTo opens an address of the shop and waits until the page has started.
func (p *tab) goTo(path string) {
	p.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = p.shop.PublicURL + path
	}
	p.run(chromedp.Navigate(address))
	p.settled()
}

// settled waits until the page is complete: loaded, painted (the browser drops earlier clicks), its scripts running (the
// badge has its text), and not busy.
func (p *tab) settled() {
	p.Helper()
	p.until(`document.readyState === "complete" && performance.getEntriesByType("paint").length > 0 &&
		document.querySelector("#badge-words")?.textContent !== "" && !document.querySelector("[data-view=loading]:not([hidden]), #products[aria-busy=true]")`)
}

// point is a position on the page.
type point struct {
	X, Y   float64
	Wrong  string
	Landed bool
}

// reach finds the middle of an element that can be pressed: visible, not disabled, and not covered.
const reach = `(() => {
  const e = document.querySelector(%s);
  if (!e) return { Wrong: "is not there" };
  if (!e.checkVisibility({ visibilityProperty: true })) return { Wrong: "is not visible" };
  if (e.disabled) return { Wrong: "is disabled" };
  e.scrollIntoView({ block: "center", behavior: "instant" });
  const box = e.getClientRects()[0];
  const at = { X: box.x + box.width / 2, Y: box.y + box.height / 2 };
  const top = document.elementFromPoint(at.X, at.Y);
  const mine = top && (e.contains(top) || top.contains(e) || top.closest("label")?.control === e);
  return mine ? { ...at, Landed: true } : { Wrong: "is covered by " + top?.outerHTML.slice(0, 120) };
})()`

// find waits until an element can be pressed and does not move, and returns its position.
func (p *tab) find(selector string) (at point) {
	p.Helper()
	p.wait(selector+" can be pressed", func(ctx context.Context) (bool, error) {
		before := at
		var err error
		at, err = chromedp.Run(ctx, chromedp.Evaluate[point](scripted(reach, selector)))
		if err == nil && !at.Landed {
			err = errors.New("it " + at.Wrong)
		}
		return at == before, err
	})
	return at
}

// click presses an element, with the mouse or by touch.
func (p *tab) click(selector string) {
	p.Helper()
	at := p.find(selector)
	if p.screen.phone {
		p.run(chromedp.TapXY(at.X, at.Y))
		return
	}
	p.run(chromedp.MouseClickXY(at.X, at.Y))
}

// fill replaces the text of a field. Like a person, it presses again if the field has moved, as it does when the price
// arrives and a gift is added to the cart.
func (p *tab) fill(selector, text string) {
	p.Helper()
	focused := scripted(`document.activeElement === document.querySelector(%s)`, selector)
	p.wait(selector+" has the focus", func(ctx context.Context) (bool, error) {
		p.click(selector)
		return chromedp.Run(ctx, chromedp.Evaluate[bool](focused))
	})
	js[chromedp.Void](p, `document.activeElement.select()`)
	if text == "" {
		p.press(kb.Backspace)
		return
	}
	p.do(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// press presses keys, one after the other.
func (p *tab) press(keys string) {
	p.Helper()
	p.run(chromedp.KeyEvent(keys))
}

// reload reloads the page, as the customer's key does, and waits for the new one, which may lead elsewhere by itself.
func (p *tab) reload() {
	p.Helper()
	p.until(`window.old = true`)
	p.do(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, page.Reload, page.ReloadParams{})
		return err
	})
	p.until(`!window.old && document.readyState === "complete"`)
}

// view waits until a page shows one of its views.
func (p *tab) view(name string) {
	p.Helper()
	p.until(`document.querySelector("[data-view]:not([hidden])")?.dataset.view === %s`, name)
}

// at waits until the tab is at a path, and its page has started.
func (p *tab) at(path string) {
	p.Helper()
	p.until(`location.pathname === %s`, path)
	p.settled()
}

// text returns an element's visible text; "" if it is hidden.
func (p *tab) text(selector string) string {
	p.Helper()
	return js[string](p, `(() => { const e = document.querySelector(%s); return e?.checkVisibility() ? e.innerText.replaceAll("\u00a0", " ").trim() : ""; })()`, selector)
}

// says waits until an element contains a text; its style may capitalize it.
func (p *tab) says(selector, text string) {
	p.Helper()
	p.until(`(() => { const e = document.querySelector(%s); return Boolean(e?.checkVisibility()) && e.innerText.replaceAll("\u00a0", " ").toLowerCase().includes(%s); })()`, selector, strings.ToLower(text))
}

// doubleClick clicks twice, as fast as a mouse can.
func (p *tab) doubleClick(selector string) {
	p.Helper()
	at := p.find(selector)
	p.run(chromedp.MouseClickXY(at.X, at.Y), chromedp.MouseClickXY(at.X, at.Y, chromedp.ClickCount(2)))
}
