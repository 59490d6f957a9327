package pricing

import (
	"fmt"
	"testing"
)

// TestALargeCatalogIsTriedInPart: the carts that offers are tried with are bounded, and come from all over the catalog.
func TestALargeCatalogIsTriedInPart(t *testing.T) {
	spec := shop(map[string]Offer{"x": {Percent: percent("10"), When: "cart.subtotal > 1"}, "y": {Percent: percent("5"), When: "cart.subtotal > 2"}})
	for i := range 100_000 {
		spec.Products = append(spec.Products, Product{SKU: fmt.Sprint("P", i)})
	}
	c := newCompiler(spec)
	c.set.offers = []*offer{{name: "x"}, {name: "y"}}
	some := c.sampled()
	if n := len(some) * 2 * 2 * 3; n > mostTrials+1000 || len(some) < 1000 || some[0] != spec.Products[0] || some[len(some)-1].SKU < "P99" {
		t.Errorf("%d products, from %v to %v", len(some), some[0], some[len(some)-1])
	}
	if small := newCompiler(shop(nil)); len(small.sampled()) != len(small.spec.Products) {
		t.Error("a small catalog is not tried whole")
	}
}
