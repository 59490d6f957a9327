//go:build browser

package browsertest

import (
	"fmt"
	"testing"
)

// place is where and to whom an order goes.
type place struct{ Line2, PostalCode, Region, RecipientName, RecipientPhone, GiftMessage string }

func (s *shop) placeOf(id int64) place {
	s.Helper()
	var got struct{ GetOrder struct{ Address place } }
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { address { line2 postalCode region recipientName recipientPhone giftMessage } } }", id), &got)
	return got.GetOrder.Address
}

// TestAGiftGoesToAnotherAddress: the form asks for what the market needs and tells what is wrong before paying; the order's page and
// the shop have it all.
func TestAGiftGoesToAnotherAddress(t *testing.T) {
	t.Parallel()
	s := start(t, selling(t, "address: { country: US, required: pages }", "address: { country: US, required: pages, zones: [{ name: near, postalCodes: [\"6\"] }] }"))
	for _, on := range []screen{phone, desktop} {
		p := s.visit(on, "en-US")
		p.add("BB001")
		p.toCart()
		p.write(ann)
		p.fill("#region", "Bayern")
		p.fill("#postalCode", "90210")
		p.says("#problem-postalCode", p.word("check.elsewhere"))
		p.click("#gift")
		p.click("#submit")
		p.wantProblem("region", p.word("check.region"))
		p.wantProblem("recipientName", p.word("check.required"))
		p.wantProblem("postalCode", p.word("check.elsewhere"))
		p.fill("#region", "illinois")
		p.fill("#postalCode", "62701")
		p.fill("#line2", "Apt. 4B")
		p.fill("#recipientName", "Luz Díaz")
		p.fill("#recipientPhone", "(312) 555-0100 ext. 7")
		p.fill("#giftMessage", "Happy birthday")
		p.until(`document.querySelector("#problem-postalCode").textContent === ""`)
		p.audit("form with a gift")
		id := p.order()
		if o := s.placeOf(id); o.Line2 != "Apt. 4B" || o.PostalCode != "62701" || o.Region != "IL" || o.RecipientName != "Luz Díaz" || o.RecipientPhone != "+13125550100 ext. 7" || o.GiftMessage != "Happy birthday" {
			t.Errorf("the shop has %+v", o)
		}
		p.click("#track a")
		p.at("/order")
		p.says("#where-lines", "Luz Díaz")
		p.says("#where-lines", "Springfield, IL 62701")
		p.says("#where-gift", p.word("order.gift", "message", "Happy birthday"))
	}
}

// TestAGiftGoesToAnotherAddressInMexico, which writes addresses in an order of its own: on the page and in the mail.
func TestAGiftGoesToAnotherAddressInMexico(t *testing.T) {
	t.Parallel()
	s := start(t, onPostgreSQL(t))
	p := s.visit(desktop, "es-MX")
	p.add("BB001")
	p.toCart()
	p.write(ana)
	p.click("#gift")
	p.click("#submit")
	p.wantProblem("recipientName", p.word("check.required"))
	p.fill("#recipientName", "Luz Díaz")
	p.fill("#giftMessage", "Feliz cumpleaños")
	p.audit("form with a gift in Mexico")
	id := p.order()
	if o := s.placeOf(id); o.PostalCode != "06700" || o.Region != "CMX" || o.RecipientName != "Luz Díaz" || o.GiftMessage != "Feliz cumpleaños" {
		t.Errorf("the shop has %+v", o)
	}
	p.click("#track a")
	p.at("/order")
	p.says("#where-lines", "Luz Díaz")
	p.says("#where-lines", "Roma Norte")
	p.says("#where-lines", "06700 Ciudad de México, CMX")
	p.says("#where-gift", p.word("order.gift", "message", "Feliz cumpleaños"))
	mail := p.readsMail(ana, "OrderCreated")
	mail.says("body", "06700 Ciudad de México, CMX")
	mail.says("body", "Feliz cumpleaños")
}
