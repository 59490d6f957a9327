//go:build browser

package browsertest

import (
	"testing"
)

func TestJourneyOfAnIndividualInTheUnitedStates(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.visit(desktop, "en-US")
	p.add("LB001", "BB002", "BB002")
	p.audit("first page with a cart")
	p.toCart()
	p.says("#total", "$400 USD")
	p.write(ann)
	p.audit("cart with a form that is filled in")
	id := p.order()
	p.audit("thanks")
	p.booked(ann, id)
	o := s.arrives(id, "DELIVERY_BOOKED")
	if o.CustomerType != "B2C" || o.CustomerMarket != "US" || o.OrderedProducts != "LB001,BB002,BB002" || o.Amount != 40000 {
		t.Errorf("order %+v", o)
	}
}

func TestJourneyOfABusiness(t *testing.T) {
	t.Parallel()
	s := start(t, selling(t, "approveNew: true", `approveNew: true, known: ["0123456789"]`))
	p := s.visit(desktop, "en-US")
	p.add("EX002")
	p.toCart()
	p.write(firm)
	p.says("#payment", p.word("form.pay.invoice"))
	p.says("#test-shop", p.word("form.test-shop"))
	p.audit("cart of a business")
	id := p.order()
	p.booked(firm, id)
	o := s.arrives(id, "DELIVERY_BOOKED")
	if o.CustomerType != "B2B" || o.Organization != firm.orgNumber || o.Amount != 50000 || s.done("payments-us") != 0 {
		t.Errorf("order %+v, %d charges", o, s.done("payments-us"))
	}
}

func TestJourneyInMexicoOnAPhone(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.visit(phone, "es-MX")
	p.add("EX001")
	p.audit("first page with a cart, on a phone")
	p.toCart()
	p.says("#total", "$6,000 MXN")
	p.write(ana)
	id := p.order()
	p.booked(ana, id)
	o := s.arrives(id, "DELIVERY_BOOKED")
	if o.CustomerMarket != "MX" || o.CustomerName != ana.name || o.Amount != 600000 {
		t.Errorf("order %+v", o)
	}
}

// booked does the second half of a journey: from the confirmation through the mail to the booked delivery and the order's
// page.
func (p *tab) booked(c customer, id int64) {
	p.Helper()
	d := p.fromMail(c)
	d.view("choose")
	d.audit("delivery times")
	d.click("label.slot:last-child input")
	d.until(`!document.querySelector("#book").disabled`)
	chosen := d.text("#chosen")
	d.audit("delivery time chosen")
	d.click("#book")
	d.view("booked")
	d.says("#booked-when", chosen)
	d.audit("delivery booked")
	p.shop.arrives(id, "DELIVERY_BOOKED")
	p.click("#track a")
	p.at("/order")
	p.until(`document.querySelectorAll("#steps .done").length === 3`)
	booked := d.text("#booked-when")
	for _, part := range halves(booked) {
		p.says("#headline", part)
	}
	p.audit("order booked")
}
