//go:build browser

package browsertest

import (
	"fmt"
	"testing"

	"acme.example/webshop/app"
)

// mailless is a shop whose mail server is away.
func mailless(c *app.Config) {
	c.SMTPAddr, c.SMTPTLS = "127.0.0.1:1", "none" // nothing listens there
	c.Simulate = []string{"payments-us", "payments-mx", "screening", "stockist", "carrier", "books"}
}

// TestManyOrdersAtTheConsole: what would be done is told first; a wrong number starts nothing; how far a job is, and what became of each
// order, is seen; and a job that waits for the mail server is stopped.
func TestManyOrdersAtTheConsole(t *testing.T) {
	t.Parallel()
	s := start(t, mailless)
	for _, screen := range []screen{phone, desktop} {
		name := map[bool]string{true: "Frost Phone", false: "Frost Desktop"}[screen == phone]
		gone := s.stocked(name, "US")
		for _, more := range []string{"!", "!!"} { // of one mail address
			s.stocked(name+more, "US")
		}
		s.stocked(name+"!!!", "MX")
		s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": gone.OrderID}, &struct{}{})
		p := s.visit(screen, "en-US")
		p.operate("/console/orders")
		p.until(`document.querySelector("#list li") && document.querySelector("#bulk").hidden`) // not for all orders of the shop
		p.operate("/console/orders?q=" + mailOf(name))
		p.until(`!document.querySelector("#bulk").hidden`)
		p.audit("orders of a search")
		p.click("#bulk-cancel")
		p.says("#ask-body", "The search has 4 orders; it can be done with 3.")
		p.says("#ask-body", "Goes back: MXN 6,000.00 of 1 order; USD 600.00 of 2 orders.")
		p.says("#ask-body", fmt.Sprintf("1 order: the order is CANCELLED already (%d).", gone.OrderID))
		p.chosen("#ask-reason", "operator")
		p.fill("#ask-typed", "4")
		p.click("#ask-yes")
		p.says("#ask-problem", "4 was typed, and not 3. Nothing was started.")
		p.audit("what a job would do")
		p.fill("#ask-typed", "3")
		p.click("#ask-yes")
		p.says("#job-says", "3 orders done. Goes back: ")
		p.until(`document.querySelectorAll("#job-orders tbody tr").length === 3 && document.querySelector("#job-stop").hidden`)
		p.audit("a job that is done")
		p.pressed("#job-orders", fmt.Sprint(gone.OrderID+1))
		p.says("#timeline", "Cancelled by an operator")

		p.operate("/console/orders?q=" + mailOf(name))
		p.click("#bulk-mail")
		p.fill("#ask-typed", "4")
		p.confirms("Send the latest mail of 4 orders again?")
		p.says("#job-says", "0 orders done, 4 to do.")
		p.until(`document.querySelector("#job-orders td:last-child").textContent !== ""`)
		p.audit("a job that waits")
		p.click("#job-stop")
		p.confirms("Stop job ")
		p.says("#job-says", "4 left as they are")
		p.says("#job-about", "stopped by local")
		p.says("#list", "stopped")
	}
}
