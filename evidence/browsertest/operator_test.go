//go:build browser

package browsertest

import (
	"strconv"
)

// operate opens a page of the console, and waits until it has data.
func (p *tab) operate(path string) {
	p.Helper()
	p.goTo(p.shop.PrivateURL + path)
	p.until(`["well", "wrong"].includes(document.querySelector("#pulse")?.dataset.state)`)
}

// confirms presses the button of a confirmation.
func (p *tab) confirms(title string) {
	p.Helper()
	p.says("#ask-title", title)
	p.click("#ask-yes")
	p.until(`!document.querySelector("#ask").open`)
}

// chosen chooses from a list.
func (p *tab) chosen(selector, value string) {
	p.Helper()
	p.until(`(() => { const e = document.querySelector(%s); e.value = %s; return e.value !== ""; })()`, selector, value)
}

// pressed finds a button or link by its text, in a part of the page, and presses it.
func (p *tab) pressed(within, words string) {
	p.Helper()
	const mark = `(() => { document.querySelector("[data-mark]")?.removeAttribute("data-mark");
		const e = [...document.querySelectorAll(%s + " button, " + %s + " a")].find((b) => b.innerText.trim() === %s && b.checkVisibility());
		e?.setAttribute("data-mark", ""); return Boolean(e); })()`
	p.until(mark, within, within, words)
	p.click("[data-mark]")
}

// calm waits until the console shows that all is well.
func (p *tab) calm() {
	p.Helper()
	p.until(`document.querySelector("#pulse").dataset.state === "well"`)
}

// alerted waits until the console shows an alert of a rule.
func (p *tab) alerted(rule string) {
	p.Helper()
	p.until(`Boolean(document.querySelector('.alert[data-rule=' + %s + ']')?.checkVisibility())`, rule)
}

// trouble returns a shop with some problems: the carrier refused a delivery, and the bookkeeping fails. It returns the
// order that the carrier refused.
func (s *shop) trouble() int64 {
	s.Helper()
	s.turn("carrier", map[string]any{"refuseRate": 1})
	for _, name := range []string{"Ana Muñoz", "Luz Prado"} {
		s.stocked(name, "MX")
	}
	made := s.stocked("Ann Buyer", "US")
	s.book(made.OrderID, s.times("US")[0])
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	s.turn("books", map[string]any{"failureRate": 1})
	for i := range 4 {
		s.create("Customer "+strconv.Itoa(i), "US")
	}
	eventually(s.T, "the books fail", func() bool { return s.alerts()["partner-failing"] && s.alerts()["dead-letter"] })
	return made.OrderID
}

// alerts returns the rules that have open alerts.
func (s *shop) alerts() map[string]bool {
	s.Helper()
	var list struct {
		Open []struct{ Rule string }
	}
	s.call("GET", s.PrivateURL+"/alerts", nil, &list)
	open := map[string]bool{}
	for _, a := range list.Open {
		open[a.Rule] = true
	}
	return open
}
