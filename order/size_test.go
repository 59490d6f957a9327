package order_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

// TestLargestIsWhatTheLargestOrderTakes, as JSON: not less, and little more.
func TestLargestIsWhatTheLargestOrderTakes(t *testing.T) {
	r := &order.Rules{MaxPieces: order.MaxPieces, Offers: map[string]order.Offer{"summer": {}, "gift": {}}}
	gift := r.Offers["gift"]
	gift.Free.SKU, gift.Free.Quantity = "GIFT", 2
	r.Offers["gift"] = gift
	const most = math.MaxInt32
	kept := []pricing.Treatment{{Kind: pricing.TaxRate}}
	r.Markets = map[string]order.Market{"US": {}, "DE": {Tax: pricing.Tax{Authorities: []pricing.Authority{{Name: "VAT", Point: event.PointDelivery, Treatments: kept}, {Name: "plastics", Point: event.PointOrder, Treatments: kept}}}}}
	us := r.Markets["US"]
	us.Charges = []order.Charge{{Charge: pricing.Charge{Name: "shipping", Account: "freight", TaxClass: "plant"}}}
	r.Markets["US"] = us
	var taxes []event.LineTax
	for _, a := range r.Markets["DE"].Tax.Authorities {
		taxes = append(taxes, event.LineTax{Name: a.Name, Treatment: string(pricing.ReverseCharge), Rate: "99.9999", Base: most, Amount: most, Point: a.Point})
	}
	var lines []event.Line
	for i := range order.MaxPieces {
		sku := strings.Repeat("x", 29) + string(rune('a'+i/100)) + string(rune('a'+i/10%10)) + string(rune('a'+i%10))
		r.Catalog = append(r.Catalog, order.Product{SKU: sku, TaxClass: "plant"})
		lines = append(lines, event.Line{
			SKU: sku, Class: "plant", Quantity: order.MaxPieces, UnitPrice: most, Gift: true, Off: []event.Off{{Offer: "summer", Amount: most}, {Offer: "gift", Amount: most, Gift: "GIFT"}}, Tax: most, Total: most, Relief: most, Taxes: taxes,
		})
	}
	lines = append(lines, event.Line{
		SKU: "GIFT", Class: "plant", Quantity: order.MaxPieces, UnitPrice: most, Gift: true, Off: []event.Off{{Offer: "summer", Amount: most}, {Offer: "gift", Amount: most, Gift: "GIFT"}}, Tax: most, Total: most, Relief: most, Taxes: taxes,
	})
	lines = append(lines, event.Line{Charge: "shipping", Account: "freight", Class: "plant", Quantity: order.MaxPieces, UnitPrice: most, Tax: most, Total: most, Relief: most, Taxes: taxes})
	encoded, err := json.Marshal(lines)
	if err != nil {
		t.Fatal(err)
	}
	pieces := strings.Join(slices.Concat(slices.Repeat([]string{r.Catalog[0].SKU}, order.MaxPieces), []string{"GIFT", "GIFT"}), ",")
	if takes, told := len(encoded)+len(pieces), r.Largest(); told < takes || told > takes+takes/100 {
		t.Errorf("Largest is %d, and the order takes %d bytes", told, takes)
	}
}
