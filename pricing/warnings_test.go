package pricing

import (
	"strings"
	"testing"
)

// TestAThresholdNamesItsCurrency, where there are several.
func TestAThresholdNamesItsCurrency(t *testing.T) {
	ten := percent("10")
	for name, c := range map[string]struct {
		offer Offer
		want  string
	}{
		"a subtotal":                {Offer{When: "cart.subtotal >= 10000", Percent: ten}, "x.when: compares cart.subtotal with the same number in every currency"},
		"a price of items":          {Offer{Items: "item.price < 5000", Percent: ten}, "x.items: compares item.price"},
		"with its currency":         {Offer{When: `market.currency == "USD" && cart.subtotal >= 10000`, Percent: ten}, ""},
		"with its market":           {Offer{When: `cart.subtotal >= (market.name == "US" ? 10000 : 9000)`, Percent: ten}, ""},
		"items of such a cart":      {Offer{When: `market.currency == "USD"`, Items: "item.price < 5000", Percent: ten}, ""},
		"pieces":                    {Offer{When: "cart.pieces > 2", Percent: ten}, ""},
		"an amount that is a share": {Offer{Amount: "cart.subtotal / 10"}, ""},
	} {
		got := ""
		for _, p := range Warnings(shop(map[string]Offer{"x": c.offer})) {
			got += p.Offer + "." + p.Field + ": " + p.Text
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	one := shop(map[string]Offer{"x": {When: "cart.subtotal >= 10000", Percent: ten}})
	delete(one.Markets, "CA")
	delete(one.Markets, "DE")
	if got := Warnings(one); got != nil {
		t.Errorf("with one currency: %v", got)
	}
}
