package email

import (
	"strings"
	"testing"

	"acme.example/webshop/event"
)

// bought is an order with an offer, a gift and taxes: two added, or one included.
func bought(market string) event.OrderCreated {
	e := created(market)
	e.Products, e.TotalPrice = "LB001,LB001,EX002", 30240
	e.Lines = []event.Line{
		{SKU: "LB001", Quantity: 2, UnitPrice: 15000, Off: []event.Off{{Offer: "weekend", Amount: 3000}}, Tax: 3240, Total: 30240},
		{SKU: "EX002", Quantity: 1, UnitPrice: 50000, Gift: true, Off: []event.Off{{Offer: "gift", Amount: 50000}}},
	}
	e.Taxes = []event.Tax{{Name: "GST", Rate: "5", Amount: 1350}, {Name: "PST", Rate: "7", Amount: 1890}}
	if market == "MX" {
		e.Lines[0].Tax, e.Lines[0].Total, e.TotalPrice = 3724, 27000, 27000
		e.Taxes = []event.Tax{{Name: "IVA", Rate: "16", Included: true, Amount: 3724}}
	}
	return e
}

// TestTheThanksSayWhatItCostsAndWhy, as text and as HTML.
func TestTheThanksSayWhatItCostsAndWhy(t *testing.T) {
	for market, want := range map[string]string{
		"US": `Your plants:
  2 × Lucky Bamboo: $270.00 (before $300.00)
      Weekend & more: −$30.00
  1 × Elephant Ear (A gift from us): Free (before $500.00)
      gift: −$500.00

Subtotal: $800.00
Weekend & more: −$30.00
gift: −$500.00
GST 5%: $13.50
PST 7%: $18.90
Total: $302.40

Where we deliver:`,
		"MX": `Tus plantas:
  2 × Bambú de la suerte: $270.00 MXN (antes $300.00 MXN)
      Fin de semana: −$30.00 MXN
  1 × Oreja de elefante (Un regalo nuestro): Gratis (antes $500.00 MXN)
      gift: −$500.00 MXN

Subtotal: $800.00 MXN
Fin de semana: −$30.00 MXN
gift: −$500.00 MXN
Total: $270.00 MXN
Incluye IVA 16%: $37.24 MXN.

Dónde entregamos:`,
	} {
		s, o := service(t)
		s.Rules.(*Rules).Offers = map[string]map[string]string{"weekend": {"en": "Weekend & more", "es": "Fin de semana"}}
		if err := s.OnOrderCreated(t.Context(), bought(market)); err != nil {
			t.Fatal(err)
		}
		m := o.sent[0]
		if !strings.Contains(m.Text, want) {
			t.Errorf("the text is\n%s\nwant in it\n%s", m.Text, want)
		}
		for line := range strings.Lines(want) {
			for _, part := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(":()\n", r) }) {
				if part = strings.TrimSpace(part); !strings.Contains(m.HTML, htmlOf(lastOf(part))) {
					t.Errorf("the HTML does not tell %q:\n%s", part, m.HTML)
				}
			}
		}
	}
}

// lastOf returns the end of an element's text: an amount without the word before it, a name without its number.
func lastOf(part string) string {
	for _, sign := range []string{"× ", "before ", "antes "} {
		if _, after, found := strings.Cut(part, sign); found {
			return after
		}
	}
	return part
}

// TestTheThanksForAPlainOrder: without offers and added taxes, there is no subtotal, and no word of what no tax is about.
func TestTheThanksForAPlainOrder(t *testing.T) {
	s, o := service(t)
	e := created("US")
	e.Lines = []event.Line{{SKU: "LB001", Quantity: 2, UnitPrice: 15000, Total: 30000}}
	e.Taxes = []event.Tax{{Name: "VAT", Rate: "0", Treatment: outOfScope, Base: 30000}}
	rules, us := s.Rules.(*Rules), s.Rules.(*Rules).Markets["US"]
	us.TaxTexts = map[string]map[string]string{"VAT " + outOfScope: {"en": "No VAT"}}
	rules.Markets["US"] = us
	if err := s.OnOrderCreated(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if text := o.sent[0].Text; strings.Contains(text, "Subtotal") || !strings.Contains(text, "  2 × Lucky Bamboo: $300.00\n\nTotal: ") {
		t.Error(text)
	}
}
