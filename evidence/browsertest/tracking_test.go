//go:build browser

package browsertest

import (
	"testing"
)

// TestTheOrdersPageKeepsItselfUpToDate: each change arrives by itself, without a reload.
func TestTheOrdersPageKeepsItselfUpToDate(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		s.soldOut()
		made := s.create("Watcher", home[language])
		p := s.visit(desktop, language)
		p.goTo(s.trackingPage(made))
		p.view("found")
		p.inJS(`window.neverReloaded = true`)
		p.says("#headline", p.word("order.placed"))
		p.audit("order placed")
		s.restock(made.OrderID)
		p.says("#headline", p.word("order.stocked"))
		p.until(`document.querySelector("#news").textContent !== "" && document.querySelector("#act").checkVisibility()`)
		p.audit("order stocked")
		s.book(made.OrderID, s.times(home[language])[4]) // late enough to be changed, at any time of day
		p.until(`document.querySelectorAll("#steps .done").length === 3 && window.neverReloaded`)
		p.until(`document.querySelector("#act a").hash === "#change" && !document.querySelector("#live").checkVisibility()`)
	})
}

func TestACancelledOrdersPage(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Regretful", home[language])
		p := s.visit(desktop, language)
		p.goTo(s.trackingPage(made))
		p.says("#headline", p.word("order.stocked"))
		s.cancel(made.OrderID)
		p.says("#headline", p.word("order.cancelled"))
		p.audit("order cancelled")
	})
}

// TestACustomerCancels: a confirmation is required, the order is kept if the customer declines, and the page says what
// happens with the money.
func TestACustomerCancels(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Doubtful", home[language])
		p := s.visit(phone, language)
		p.goTo(s.trackingPage(made))
		p.says("#headline", p.word("order.stocked"))
		p.click("#cancel button")
		p.until(`document.querySelector("#sure").open`)
		p.audit("question before cancelling")
		p.click("#sure-no")
		p.until(`!document.querySelector("#sure").open`)
		p.click("#cancel button")
		p.click("#sure-yes")
		p.says("#more", p.word("order.cancelled.customer")+" "+p.word("order.refund.done"))
		p.until(`!document.querySelector("#cancel").checkVisibility()`)
		p.audit("order cancelled by its customer")
		s.arrives(made.OrderID, "CANCELLED")
	})
}

// TestACustomerCancelsTooLate: the delivery was booked in another tab while the question was open.
func TestACustomerCancelsTooLate(t *testing.T) {
	t.Parallel()
	s := start(t, selling(t, ", changes: { until: 12h }", ""))
	made := s.stocked("Late", "US")
	p := s.visit(desktop, "en-US")
	p.expect("status of 409", "Problem: ")
	p.goTo(s.trackingPage(made))
	p.says("#headline", p.word("order.stocked"))
	p.click("#cancel button")
	s.book(made.OrderID, s.times("US")[0])
	p.click("#sure-yes")
	p.says("#sure-failed", p.word("cancel.late"))
	p.audit("cancelled too late")
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
}

func TestAnOrderWhosePaymentWasDeclined(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, _ := s.ready(language)
		p.expect("status of 402", "Problem: ")
		s.turn("payments-us", map[string]any{"declineRate": 1})
		s.turn("payments-mx", map[string]any{"declineRate": 1})
		p.click("#submit")
		p.problem("problem.declined")
		p.goTo("/order?key=" + s.trackingKey(1))
		p.says("#headline", p.word("order.declined"))
		p.audit("order declined")
	})
}

// TestTheOrdersPageWithoutLiveNews: if events do not come through, the page polls.
func TestTheOrdersPageWithoutLiveNews(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.soldOut()
	made := s.create("Behind A Proxy", "US")
	p := s.visit(desktop, "en-US")
	p.refuse("/trackOrder/live")
	p.goTo(s.trackingPage(made))
	p.says("#headline", p.word("order.placed"))
	s.restock(made.OrderID)
	p.says("#headline", p.word("order.stocked"))
}

func TestTheOrdersPageThatCannotBeFetched(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Unlucky", home[language])
		p := s.visit(desktop, language)
		p.cut("/trackOrder", atRequest, 1)
		p.goTo(s.trackingPage(made))
		p.view("unreachable")
		p.audit("order without an answer")
		p.click(`[data-view="unreachable"] [data-retry]`)
		p.view("found")
	})
}

// TestACustomerSharesAnOrder: the link is made, copied if the browser allows it, and shows others the order's progress.
func TestACustomerSharesAnOrder(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Sharing", home[language])
		p := s.visit(phone, language)
		p.goTo(s.trackingPage(made))
		p.says("#headline", p.word("order.stocked"))
		p.inJS(`navigator.clipboard.writeText = async (text) => { window.copied = text; }`)
		p.click("#share button")
		p.says("#share-news", p.word("share.copied"))
		p.until(`document.querySelector("#share-link").value === window.copied && document.querySelector("#share-link").checkVisibility()`)
		p.audit("order with a link to share")
		p.inJS(`navigator.clipboard.writeText = async () => { throw new Error("not allowed"); }`)
		p.click("#share button")
		p.says("#share-news", p.word("share.copy"))
		p.inJS(`location.assign(document.querySelector("#share-link").value)`)
		p.until(`document.querySelector("#shared")?.checkVisibility()`)
		p.says("#headline", p.word("order.stocked"))
		p.until(`["#contents", "#act", "#cancel", "#share", "#again", "#more"].every((s) => !document.querySelector(s).checkVisibility())`)
		p.until(`!/Sharing|BB001|LB001|Thisway|[$]/.test(document.querySelector("main").innerText)`)
		p.audit("shared order")
		s.book(made.OrderID, s.times(home[language])[0])
		p.until(`document.querySelectorAll("#steps .done").length === 3`)
	})
}
