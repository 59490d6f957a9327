//go:build browser

package browsertest

import (
	"strings"
	"testing"
)

// TestAPersonIsErasedAtTheConsole: what is under way is named and left, a wrong address erases nothing, and the rest goes for good.
func TestAPersonIsErasedAtTheConsole(t *testing.T) {
	t.Parallel()
	for _, screen := range []screen{phone, desktop} {
		s := start(t, ofScreen(t, screen))
		name := map[bool]string{true: "Gone Phone", false: "Gone Desktop"}[screen == phone]
		gone, open := s.stocked(name, "US"), s.stocked(name+"!", "US") // of one mail address
		s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": gone.OrderID, "reason": "customer"}, &struct{}{})
		eventually(t, "its mails are sent", func() bool { return s.mails(mailOf(name)) == 5 })
		p := s.visit(screen, "en-US")
		p.goTo(s.PrivateURL + "/console/orders?q=" + mailOf(name))
		p.until(`!document.querySelector("#person").hidden`)
		p.audit("orders of a person")
		p.click("#hold")
		p.says("#person-told", "2 orders of "+mailOf(name)+" saved as a file. It is written down, with your name.")
		p.click("#erase")
		p.until(`document.querySelector("#ask").open`)
		p.until(`document.querySelector("#ask-body").textContent.includes("1 order cannot be erased yet")`)
		p.audit("erase a person")
		p.fill("#ask-typed", "someone@else.example")
		p.fill("#ask-reason", "asked for")
		p.click("#ask-yes")
		p.says("#ask-problem", "The mail address was typed differently. Nothing was erased.")
		p.fill("#ask-typed", strings.ToUpper(mailOf(name)))
		p.confirms("Erase " + mailOf(name) + "?")
		p.says("#person-told", "1 order erased; 1 left, which are under way: erase again when they have ended.")
		p.until(`document.querySelector("#problem").hidden && document.querySelectorAll("#list li").length === 1`)
		var held struct {
			Orders []struct {
				Order map[string]any
			}
		}
		s.call("POST", s.PrivateURL+"/privacy/export", map[string]any{"email": mailOf(name)}, &held)
		if len(held.Orders) != 1 || held.Orders[0].Order["order_id"] != float64(open.OrderID) {
			t.Errorf("what is held is %v", held)
		}
	}
}
