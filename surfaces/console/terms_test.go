package console

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// TestWhatWasAgreedIsTold in words, without empty facts.
func TestWhatWasAgreedIsTold(t *testing.T) {
	full := order.Order{
		Rules: 3, Total: money.Amount{Minor: 30240, Currency: "CAD"},
		Terms: order.Terms{
			Codes: []string{"WEEKEND"}, Details: map[string]string{"reference": "1234567897"},
			Lines: []event.Line{
				{SKU: "BB001", Quantity: 2, UnitPrice: 15000, Off: []event.Off{{Offer: "weekend", Amount: 3000}}, Tax: 3240, Total: 30240},
				{SKU: "BB002", Quantity: 1, UnitPrice: 12500, Gift: true, Off: []event.Off{{Offer: "gift", Amount: 12500}}},
			},
			Taxes: []event.Tax{{Name: "GST", Rate: "5", Amount: 1350}, {Name: "VAT", Rate: "16", Included: true, Amount: 9}},
		},
		Reviews: []order.Review{{Step: "fraud", State: order.ReviewOpen}, {Step: "approval", State: order.ReviewPassed, By: "ann", Note: "known"}},
	}
	dear := order.Review{Step: "approval", State: order.ReviewOpen, Two: true}
	first := dear
	first.First, first.FirstNote = "ann", "known"
	both := first
	both.State, both.By, both.Note = order.ReviewPassed, "bob", "me too"
	byTwo := order.Order{Products: event.ParseItems("X"), Reviews: []order.Review{dear, first, both}}
	for name, c := range map[string]struct {
		order order.Order
		want  []Fact
	}{
		"a test order": {order.Order{Products: event.ParseItems("X,Y")}, []Fact{{"Plants", "1 × X"}, {"Plants", "1 × Y"}}},
		"takes two": {byTwo, []Fact{
			{"Plants", "1 × X"}, {"Review approval", "open, takes two persons"},
			{"Review approval", "open, approved by ann, waits for a second person"},
			{"Review approval", "passed by ann: known, and by bob: me too"},
		}},
		"all there is": {full, []Fact{
			{"Plants", "2 × BB001, CAD 150.00 each, weekend −CAD 30.00; paid CAD 302.40"},
			{"Plants", "1 × BB002, CAD 125.00 each, a gift, gift −CAD 125.00; paid CAD 0.00"},
			{"GST 5%", "CAD 13.50, added"}, {"VAT 16%", "CAD 0.09, in the price"},
			{"Codes", "WEEKEND"}, {"Asked for reference", "1234567897"},
			{"Review fraud", "open"}, {"Review approval", "passed by ann: known"}, {"Rules", "version 3"},
		}},
	} {
		if diff := cmp.Diff(c.want, termsOf(c.order, func(sku string) string { return sku })); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}
