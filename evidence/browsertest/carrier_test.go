//go:build browser

package browsertest

import (
	"fmt"
	"testing"

	"acme.example/webshop/app"
)

// tracking configures a shop whose delivery company reports.
func tracking(t *testing.T) func(*app.Config) {
	return selling(t, "capacity: 20,", "capacity: 20, tracked: true,", "capacity: 15,", "capacity: 15, tracked: true,")
}

// reports presses a button of the simulated delivery company at the console, fills its fields in, and is sure.
func (p *tab) reports(id int64, words string, fields map[string]string) {
	p.Helper()
	p.operate("/console/partners")
	p.pressed(fmt.Sprintf(`#carrier [data-order="%d"]`, id), words)
	for name, value := range fields {
		p.fill("#ask-"+name, value)
	}
	p.confirms(fmt.Sprintf("%s: order %d?", words, id))
}

// TestADeliveryFailsIsBookedAgainAndDone: the delivery company reports it, the customer's page follows, and the customer picks another time.
func TestADeliveryFailsIsBookedAgainAndDone(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, tracking(t))
		made := s.stocked("Not At Home", home[language])
		free := s.times(home[language])
		s.book(made.OrderID, free[4])
		s.arrives(made.OrderID, "DELIVERY_BOOKED")
		van, p := s.visit(desktop, "en-US"), s.visit(phone, language)
		p.goTo(s.trackingPage(made))
		p.view("found")
		van.reports(made.OrderID, "Out for delivery", nil)
		p.says("#headline", p.word("order.out"))
		p.says("#parcel", "carrier-1")
		p.audit("order out for delivery")
		van.audit("deliveries of the simulated delivery company")
		van.reports(made.OrderID, "Cannot deliver", map[string]string{"reason": "Nobody in"})
		p.says("#headline", p.word("order.delivery-failed"))
		p.says("#parcel", p.word("parcel.reason", "reason", "Nobody in"))
		p.says("#act a", p.word("order.pick"))
		p.audit("order that could not be delivered")
		p.click("#act a")
		p.view("choose")
		p.says("#lead", p.word("delivery.again.lead"))
		p.audit("delivery that is booked again")
		p.pick(free[6])
		p.click("#book")
		p.view("booked")
		if o := s.order(made.OrderID); o.Status != "DELIVERY_BOOKED" || o.DeliveryTime != free[6] {
			t.Errorf("the order is %+v", o)
		}
		p.goTo(s.trackingPage(made))
		p.until(`document.querySelector("#parcel").innerText.includes("carrier-1") && !document.querySelector("#parcel").innerText.includes("Nobody")`)
		van.reports(made.OrderID, "Out for delivery", nil)
		p.says("#headline", p.word("order.out"))
		van.reports(made.OrderID, "Deliver", map[string]string{"receivedBy": "Zoë", "leftAt": "reception"})
		p.says("#headline", p.word("order.delivered"))
		p.says("#parcel", p.word("parcel.received", "name", "Zoë"))
		p.says("#parcel", p.word("parcel.left", "place", "reception"))
		p.until(`!document.querySelector("#act").checkVisibility() && !document.querySelector("#live").checkVisibility()`)
		p.until(`[...document.querySelectorAll("#steps [data-event]")].map((step) => step.dataset.event).join(" ").endsWith("DeliveryStarted DeliveryFailed DeliveryRescheduled DeliveryStarted Delivered")`)
		p.audit("delivered order")
		s.arrives(made.OrderID, "DELIVERED")
	})
}

// TestSupportReportsADelivery in the delivery company's place: it is in the history with who did it.
func TestSupportReportsADelivery(t *testing.T) {
	t.Parallel()
	s := start(t, tracking(t))
	made := s.stocked("Caller", "US")
	s.book(made.OrderID, s.times("US")[0])
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	p := s.visit(desktop, "en-US")
	p.operate(fmt.Sprintf("/console/orders/%d", made.OrderID))
	p.pressed("#acts", "Report: out for delivery")
	p.fill("#ask-trackingNumber", "VAN-71")
	p.confirms(fmt.Sprintf("Order %d is out for delivery?", made.OrderID))
	p.says("#status", "OUT FOR DELIVERY")
	p.says("#who", "VAN-71")
	p.says("#who", "in America/New_York")
	p.says("#timeline", "Delivery reported")
	p.audit("order that is out for delivery, at the console")
	p.pressed("#acts", "Report: delivered")
	p.says("#ask-body", "which is still to come")
	p.fill("#ask-receivedBy", "Ann")
	p.confirms(fmt.Sprintf("Order %d is delivered?", made.OrderID))
	p.says("#status", "DELIVERED")
	p.says("#who", "Taken by")
	p.says("#who", "by local")
	p.audit("delivered order, at the console")
}
