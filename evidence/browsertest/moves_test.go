//go:build browser

package browsertest

import "testing"

// screenOf has English on a phone and Spanish on a desktop.
var screenOf = map[string]screen{"en-US": phone, "es-MX": desktop}

// TestADeliveryIsMovedTwiceAndThenCancelled, by the customer, from the order's page: the last time holds, the slots that were left
// are free, and the money comes back.
func TestADeliveryIsMovedTwiceAndThenCancelled(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Restless", home[language])
		free := s.times(home[language])
		s.book(made.OrderID, free[4])
		s.arrives(made.OrderID, "DELIVERY_BOOKED")
		p := s.visit(screenOf[language], language)
		for _, at := range []string{free[5], free[6]} {
			p.goTo(s.trackingPage(made))
			p.says("#act a", p.word("order.change"))
			p.until(`document.querySelector("#changes").checkVisibility()`)
			p.click("#act a")
			p.view("choose")
			p.audit("delivery that is moved")
			p.pick(at)
			p.click("#book")
			p.view("booked")
			if o := s.order(made.OrderID); o.DeliveryTime != at {
				t.Errorf("the delivery is at %s, want %s", o.DeliveryTime, at)
			}
		}
		p.goTo(s.trackingPage(made))
		p.click("#cancel button")
		p.click("#sure-yes")
		p.says("#more", p.word("order.cancelled.customer")+" "+p.word("order.refund.done"))
		p.until(`!document.querySelector("#act").checkVisibility() && !document.querySelector("#changes").checkVisibility()`)
		p.audit("booked order that is cancelled")
		s.arrives(made.OrderID, "CANCELLED")
		if again := s.times(home[language]); len(again) != len(free) {
			t.Errorf("%d times are free, and were %d before", len(again), len(free))
		}
		eventually(t, "the van is called off", func() bool { return s.done("carrier") == 4 })
	})
}
