//go:build browser

package browsertest

import "testing"

// TestABusinessIsExempt by a document, whose day is chosen from a calendar: the cart tells at once what it no longer owes, and why.
func TestABusinessIsExempt(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, under(t, "canada"))
		p := s.visit(desktop, language)
		p.add("BB001")
		p.toCart()
		p.click(`input[value="TRADE"]`)
		p.write(inCanada(ann, "British Columbia", "V6B 1A1"))
		p.says("#total", "$235.20 CAD")
		p.fill(`[id="details.pstNumber"]`, "PST-1234-5678")
		p.fill(`[id="details.pstAuthority"]`, "British Columbia")
		p.until(`document.getElementById("details.pstUntil").type === "date"`)
		p.inJS(`(() => {
			const field = document.getElementById("details.pstUntil");
			field.value = "2099-12-31";
			for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
		})()`)
		p.says("#total", "$220.50 CAD")
		exempt := map[string]string{"en-US": "PST: exempt, bought for resale", "es-MX": "PST: exento, para reventa"}[language]
		p.bill(p.word("bill.subtotal")+" $210 CAD", "GST 5% $10.50 CAD", exempt+" $0 CAD")
		p.audit("cart of a business that is exempt")
		id := p.order()
		if o := s.arrives(id, "STOCKED"); o.Amount != 22050 {
			t.Errorf("order %+v", o)
		}
	})
}
