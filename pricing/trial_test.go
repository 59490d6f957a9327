package pricing

import (
	"fmt"
	"slices"
	"testing"
)

// TestALargeCatalogIsTriedInPart: the number of sample carts is bounded, and they come from all over the catalog,
// including the cheapest, the most expensive and one product of each category.
func TestALargeCatalogIsTriedInPart(t *testing.T) {
	spec := shop(map[string]Offer{"x": {Percent: percent("10"), When: "cart.subtotal > 1"}, "y": {Percent: percent("5"), When: "cart.subtotal > 2"}})
	for i := range 100_000 {
		p := Product{SKU: fmt.Sprint("P", i)}
		if i%10_007 == 5_003 {
			p.Category = fmt.Sprint("of ", i)
		}
		spec.Products = append(spec.Products, p)
		spec.Markets["US"].Prices[p.SKU] = 5000
	}
	spec.Markets["US"].Prices["P33"], spec.Markets["US"].Prices["P44444"] = 1, 1_000_000
	c := newCompiler(spec)
	c.set.offers = []*offer{{name: "x"}, {name: "y"}}
	some := c.sampled()
	if n := len(some) * 2 * 2 * 3; n > mostTrials+1000 || len(some) < 1000 || some[0] != spec.Products[0] || some[len(some)-1].SKU < "P99" {
		t.Errorf("%d products, from %v to %v", len(some), some[0], some[len(some)-1])
	}
	has := func(what string, is func(Product) bool) {
		if !slices.ContainsFunc(some, is) {
			t.Error("not tried:", what)
		}
	}
	has("the cheapest", func(p Product) bool { return p.SKU == "P33" })
	has("the dearest", func(p Product) bool { return p.SKU == "P44444" })
	for i := 5_003; i < 100_000; i += 10_007 {
		has("a category", func(p Product) bool { return p.Category == fmt.Sprint("of ", i) })
	}
	if small := newCompiler(shop(nil)); len(small.sampled()) != len(small.spec.Products) {
		t.Error("a small catalog is not tried whole")
	}
}
