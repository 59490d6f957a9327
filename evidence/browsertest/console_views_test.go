//go:build browser

package browsertest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
)

// TestConsoleMendsEachPartner breaks each partner in turn by its knob, and from the console alone finds the affected
// orders, fixes the partner, and sees the alerts end.
func TestConsoleMendsEachPartner(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.PartnerTimeout = time.Second })
	p := s.visit(screen{1280, 1400, false}, "en-US")
	p.operate("/console/partners")
	for _, c := range []struct{ partner, knob, alert, way, seen string }{
		{"stockist", "failureRate", "stockist fails", "Orders that wait for it", "stockist is not available at the moment"},
		{"books", "failureRate", "books fails", "Orders that wait for it", "books is not available at the moment"},
		{"carrier", "refuseRate", "delivery.DeliveryBooked gave up on", "Look at the dead letters", "carrier refused this"},
		{"payments-us", "failureRate", "payments-us fails", "Orders that wait for it", "PAYMENT PENDING"},
	} {
		p.breaks(c.partner, c.knob)
		for i := range 3 {
			s.suffer(c.partner, i)
		}
		p.pressed("nav", "Now")
		p.until(`[...document.querySelectorAll(".alert")].some((a) => a.innerText.includes(%s) && (a.id = "told", true))`, c.alert)
		p.pressed("#told", c.way)
		p.says("main", c.seen)
		p.click("main a[href^='/console/orders/']")
		p.says("#title", "Order")
		p.goTo(s.PrivateURL + "/console/partners")
		p.pressed("[data-partner="+c.partner+"]", "Back to normal")
		p.confirms("Mend " + c.partner + "?")
	}
	p.pressed("nav", "Now")
	p.alerted("dead-letter")
	p.pressed(".alert[data-rule=dead-letter]", "Replay all")
	p.confirms("Replay all of delivery.DeliveryBooked?")
	for i := 0; js[string](p, `document.querySelector("#pulse").dataset.state`) != "well"; i++ { // its customers return
		if i > 300 {
			p.fail("the alerts do not end")
		}
		s.tries(fmt.Sprintf("Well %d", i)) // while the provider is left alone, some must come later
		time.Sleep(200 * time.Millisecond)
	}
	p.until(`!document.querySelector(".alert")`)
	p.says("#headline", "All is well")
	p.says("#lately", "Over:")
}

// suffer makes orders at a shop with a broken partner.
func (s *shop) suffer(partner string, i int) {
	s.Helper()
	name := fmt.Sprintf("Sufferer of %s %d", partner, i)
	if partner == "payments-us" {
		s.tries(name)
		return
	}
	made := s.create(name, "US")
	if partner == "carrier" {
		s.arrives(made.OrderID, "STOCKED")
		s.book(made.OrderID, s.times("US")[0])
	}
}

// tries makes an order at a shop that may have to refuse it.
func (s *shop) tries(name string) {
	s.Helper()
	body := fmt.Sprintf(`{"name":%q,"email":%q,"phone":"1 212","street":"s","city":"c","customerType":"B2C","market":"US","products":"BB001","totalPrice":15000}`, name, mailOf(name))
	answer, err := http.Post(s.PublicURL+"/createOrder", "application/json", strings.NewReader(body))
	if err != nil || answer.Body.Close() != nil || answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusServiceUnavailable {
		s.Fatalf("%v, %v", answer, err)
	}
}

// breaks turns a partner's knob on its page.
func (p *tab) breaks(partner, knob string) {
	p.Helper()
	p.click("[data-partner=" + partner + "] details:last-of-type summary")
	p.fill("#"+partner+"-"+knob, "100")
	p.pressed("[data-partner="+partner+"]", "Turn the knobs")
	p.confirms("Turn the knobs of " + partner + "?")
	p.says("[data-partner="+partner+"]", "Knobs are turned")
}

// TestConsoleFindsSlidesReplaysAndDiscards: an operator's actions on orders. The customers' names are hostile, and remain
// texts.
func TestConsoleFindsSlidesReplaysAndDiscards(t *testing.T) {
	t.Parallel()
	const hostile = `<img src=x onerror="document.title='owned'"> "'&lt;script>`
	s := start(t, asAnn)
	s.turn("carrier", map[string]any{"refuseRate": 1})
	var ids []int64
	for i := range 2 {
		made := s.create(fmt.Sprintf("%s %d", hostile, i), "US")
		s.arrives(made.OrderID, "STOCKED")
		s.book(made.OrderID, s.times("US")[i])
		ids = append(ids, made.OrderID)
	}
	eventually(t, "the carrier refused", func() bool { return s.alerts()["dead-letter"] })
	p := s.visit(desktop, "en-US")
	p.goTo(s.PrivateURL + "/console/orders")
	p.logIn()
	p.until(`["well", "wrong"].includes(document.querySelector("#pulse")?.dataset.state)`)
	p.audit("orders")
	p.fill("#q", "nobody of that name")
	p.pressed("#search", "Find")
	p.says("#found", "No order is like that")
	p.fill("#q", "ONERROR=")
	p.pressed("#search", "Find")
	p.says("#found", "2 orders")
	p.says("#list", hostile)
	p.fill("#q", fmt.Sprint(ids[0]))
	p.pressed("#search", "Find")
	p.until(`document.querySelector("#list a.number")?.textContent === ` + fmt.Sprintf("%q", fmt.Sprint(ids[0]))) // before what else has this number
	p.click("#list a.number")
	p.says("#title", fmt.Sprintf("Order %d", ids[0]))
	p.says("#who", hostile)
	p.says("#timeline", "carrier refused this")
	p.audit("order")
	p.inJS(`(() => { const s = document.querySelector("#when"); s.value = 0; s.dispatchEvent(new Event("input")); })()`)
	p.says("#then", "PAYMENT PENDING")
	p.click("#timeline li.event button")
	p.says("#then", "CREATED")
	s.turn("carrier", map[string]any{})
	p.pressed("#troubles", "Replay")
	p.says("#ask-title", "Replay delivery.DeliveryBooked?")
	p.click("#ask-yes")
	p.until(`document.querySelector("#troubles").children.length === 0`)
	p.says("#timeline", "by ann, delivery.DeliveryBooked")
	p.goTo(s.PrivateURL + "/console/deadletters")
	p.says("#found", "1 dead letter")
	p.audit("dead letters")
	p.pressed("#letters", "Discard")
	p.says("#ask-title", "Discard delivery.DeliveryBooked?")
	p.click("#ask-yes") // without a reason, nothing happens
	p.until(`document.querySelector("#ask").open && document.querySelector("#ask input").matches(":invalid")`)
	p.fill("#ask input", "called them <script>")
	p.click("#ask-yes")
	p.says("#found", "There are no dead letters.")
	p.goTo(fmt.Sprintf("%s/console/orders/%d", s.PrivateURL, ids[1]))
	p.says("#timeline", "by ann, delivery.DeliveryBooked: called them <script>")
	if title := js[string](p, "document.title"); strings.Contains(title, "owned") {
		t.Error("a customer's name runs as a script")
	}
}

// TestConsoleViewsForEveryone: everyone can use each view, with and without trouble, also by keyboard.
func TestConsoleViewsForEveryone(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.visit(desktop, "en-US")
	p.operate("/console")
	p.says("#headline", "All is well")
	p.audit("now, all well")
	s.trouble()
	p.alerted("dead-letter")
	p.alerted("partner-failing")
	p.says("#waits", "finance.OrderPlaced")
	p.until(`document.querySelectorAll("#pipeline .step.bad, #pipeline .step.warn").length >= 2`)
	p.audit("now, in trouble")
	p.goTo(s.PrivateURL + "/console/partners")
	p.until(`Boolean(document.querySelector(".partner.bad"))`)
	p.audit("partners")
	p.goTo(s.PrivateURL + "/console/ledger")
	p.says("#verdict", "Everything adds up")
	p.audit("ledger")
	p.goTo(s.PrivateURL + "/console/books")
	p.says("#verdict", "The accounts come to zero")
	p.until(`document.querySelectorAll("#balances tbody tr").length >= 2`)
	p.audit("books")
	p.press("\t\t\r") // past the skip link to the brand
	p.until(`location.pathname === "/console"`)
}

// TestConsoleOutlivesARestart: the page says that the shop cannot be reached, and recovers by itself.
func TestConsoleOutlivesARestart(t *testing.T) {
	t.Parallel()
	c := defaults(t)
	running, stop := launch(t, c)
	s := &shop{t, running}
	p := s.visit(desktop, "en-US")
	p.expect("ERR_", "Failed to fetch", "network error")
	p.operate("/console")
	p.says("#facts", "0 orders")
	c.PrivateAddr, c.PublicAddr = strings.TrimPrefix(s.PrivateURL, "http://"), strings.TrimPrefix(s.PublicURL, "http://")
	stop()
	p.until(`document.querySelector("#pulse").dataset.state === "lost"`)
	s.Shop, stop = launch(t, c)
	t.Cleanup(stop)
	p.calm()
	s.create("Back Again", "US")
	p.says("#facts", "1 order,")
}
