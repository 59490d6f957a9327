//go:build browser

package browsertest

import (
	"fmt"
	"net/url"
	"testing"
)

// takesPhoto gives the form a photo, larger than what is kept, as if it was chosen from the device.
func (p *tab) takesPhoto(number int) {
	p.Helper()
	js[bool](p, `(async () => {
		const canvas = Object.assign(document.createElement("canvas"), { width: 2400, height: 1200 });
		const on = canvas.getContext("2d");
		on.fillStyle = "#7a4"; on.fillRect(0, 0, 2400, 1200); on.fillStyle = "#c63"; on.fillRect(900, 500, 600, 600);
		const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
		const files = new DataTransfer();
		files.items.add(new File([blob], "pot.png", { type: "image/png" }));
		const input = document.querySelector("#complaint-photos");
		input.files = files.files;
		input.dispatchEvent(new Event("change", { bubbles: true }));
		return true;
	})()`)
	p.until(fmt.Sprintf(`document.querySelectorAll("#complaint-previews canvas").length === %d`, number))
}

// photoIn waits until a photo is shown, made smaller.
func (p *tab) photoIn(selector string) {
	p.Helper()
	p.until(`((i) => i?.complete && i.naturalWidth === 1600 && i.naturalHeight === 800)(document.querySelector(%s))`, selector)
}

// handedOver returns an order that its customer got, as support reported.
func (s *shop) handedOver(name, market string) created {
	s.Helper()
	made := s.stocked(name, market)
	s.book(made.OrderID, s.times(market)[0])
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	s.call("POST", s.PrivateURL+"/reportDelivery", map[string]any{"orderId": made.OrderID, "status": "DELIVERED"}, &struct{}{})
	s.arrives(made.OrderID, "DELIVERED")
	return made
}

// TestDeliveredWithDamage: the customer reports it with photos, support gives a part of the money back, and both pages say so.
func TestDeliveredWithDamage(t *testing.T) {
	screens := map[string]screen{"en": phone, "es": desktop}
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, tracking(t))
		made := s.handedOver("Broken Pot", home[language])
		p, staff := s.visit(screens[language[:2]], language), s.visit(desktop, "en-US")
		p.goTo(s.trackingPage(made))
		p.view("found")
		p.says("#complaints-title", p.word("complaint.title"))
		p.click("#complaint-offer summary")
		p.audit("form for a complaint")
		p.click("#complaint-send")
		p.says("#complaint-problem", p.word("complaint.no-kind"))
		p.click("label:has(#complaint-damaged)")
		p.fill("#complaint-text", "One pot is broken.")
		p.takesPhoto(1)
		p.takesPhoto(2)
		p.click("#complaint-previews li:last-child button")
		p.until(`document.querySelectorAll("#complaint-previews canvas").length === 1`)
		p.audit("complaint with a photo")
		p.click("#complaint-send")
		p.says("#complaint-list", p.word("complaint.open"))
		p.says("#complaint-list", "One pot is broken.")
		p.says("#complaint-news", p.word("complaint.sent"))
		p.photoIn("#complaint-list img")
		p.until(`!document.querySelector("#complaint-offer").checkVisibility()`)
		p.audit("complaint that waits")
		staff.answersComplaint(made.OrderID)
		p.says("#complaint-list", "We are sorry about the pot.")
		p.says("#complaint-list", "12")
		p.says("#refunds", p.word("refund.complaint"))
		p.says("#complaint-offer summary", p.word("complaint.offer"))
		p.audit("complaint with its answer")
	})
}

// TestAReplacementIsSent: the two orders name each other, at the console and to the customer.
func TestAReplacementIsSent(t *testing.T) {
	t.Parallel()
	s := start(t, tracking(t))
	made := s.handedOver("Wants Another", "US")
	key, err := url.QueryUnescape(s.trackingKey(made.OrderID))
	if err != nil {
		t.Fatal(err)
	}
	s.call("POST", s.PublicURL+"/complaints", map[string]any{"key": key, "kind": "damaged", "text": "One pot is broken."}, &struct{}{})
	staff, p := s.visit(desktop, "en-US"), s.visit(phone, "en-US")
	staff.operate(fmt.Sprintf("/console/orders/%d", made.OrderID))
	staff.pressed("#complaints", "Send a replacement")
	staff.fill("#ask-text", "Another one comes to you.")
	staff.confirms(fmt.Sprintf("Send a replacement for order %d?", made.OrderID))
	staff.says("#complaints", "replaces it")
	p.goTo(s.trackingPage(made))
	p.says("#complaint-list", "Another one comes to you.")
	p.says("#complaint-list", p.word("complaint.replaced", "id", fmt.Sprint(made.OrderID+1)))
	s.arrives(made.OrderID+1, "STOCKED")
	p.goTo("/order?key=" + s.trackingKey(made.OrderID+1))
	p.says("#replaces", fmt.Sprint(p.word("complaint.replaces"), " ", made.OrderID))
	p.audit("order that replaces another one")
	staff.operate(fmt.Sprintf("/console/orders/%d", made.OrderID+1))
	staff.says("#who", fmt.Sprintf("order %d, after a complaint", made.OrderID))
}

// answersComplaint finds the complaint in the list, looks at its photo, and gives a part of the money back.
func (p *tab) answersComplaint(id int64) {
	p.Helper()
	p.operate("/console/complaints")
	p.says("#list", "something is damaged, with 1 photo")
	p.audit("complaints that wait, at the console")
	p.pressed("#list", fmt.Sprintf("Order %d", id))
	p.says("#complaints", "One pot is broken.")
	p.photoIn("#complaints img")
	p.pressed("#complaints", "Give a part back")
	p.fill("#ask-amount", "12.00")
	p.fill("#ask-text", "We are sorry about the pot.")
	p.audit("answer of a complaint, at the console")
	p.confirms(fmt.Sprintf("Give a part of order %d back?", id))
	p.says("#complaints", "partly refunded")
	p.says("#refunds", "complaint")
	p.audit("complaint with its answer, at the console")
}
