package order

import (
	"testing"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// TestAGiftThatWasPaidForIsGivenBack with its part of what was paid; one of an earlier release cost nothing, and a charge is no product.
func TestAGiftThatWasPaidForIsGivenBack(t *testing.T) {
	o := Order{Total: money.Amount{Minor: 11190, Currency: "EUR"}, Terms: Terms{Lines: []event.Line{
		{SKU: "PLANT", Quantity: 1, Total: 8333}, {SKU: "POT", Quantity: 1, Gift: true, Total: 1667}, {SKU: "OLD", Quantity: 1, Gift: true}, {Charge: "shipping", Quantity: 1, Total: 1190},
	}}}
	for sku, want := range map[string]int64{"PLANT": 8333, "POT": 1667, "OLD": 0, "": 0} {
		if _, paid := o.bought(sku); paid != want {
			t.Errorf("%q: %d, want %d", sku, paid, want)
		}
	}
	if got, err := o.paidFor(event.ParseItems("PLANT,POT")); err != nil || got != 10000 {
		t.Errorf("both: %d, %v", got, err)
	}
}
