package examples_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// TestEachExampleIsRightOverTheBuiltInRules, and all of them together.
func TestEachExampleIsRightOverTheBuiltInRules(t *testing.T) {
	for _, names := range [][]string{{"plants"}, {"canada"}, {"canada", "b2g"}, {"weekend"}, {"fraud"}, {"germany"}, {"plants", "canada", "b2g", "weekend", "fraud"}} {
		text, err := examples.Over(rules.Default, names...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rules.Check(text, []string{"payments-us", "payments-mx"}, time.Now()); err != nil {
			t.Errorf("%v: %v\n%s", names, err, text)
		}
	}
	if _, err := examples.Over(rules.Default, "nowhere"); err == nil {
		t.Error("an unknown example was read")
	}
}

// TestProductsAreLaidBySKU: those of the catalog stay, and one with the SKU of another takes its place.
func TestProductsAreLaidBySKU(t *testing.T) {
	text, err := examples.Over(rules.Default, "plants")
	if err == nil {
		text, err = examples.Lay(text, []byte(`catalog: [ { sku: MO001, price: 1, taxClass: plant, name: { en: M, es: M }, description: { en: M, es: M } } ]`))
	}
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var sold []string
	for _, p := range set.Orders.Catalog {
		sold = append(sold, fmt.Sprint(p.SKU, " ", p.Name["en"], " ", p.Price.Minor))
	}
	want := []string{
		"LB001 Lush bracken 15000", "LB002 Lush big leaf 18000", "EX001 Exclusive decorative 30000", "EX002 Exclusive bonsai 50000",
		"BB001 Basic bonsai 15000", "BB002 Basic big leaf 12500", "MO001 M 1", "FI001 Fiddle-leaf fig 18000",
		"BP001 Bird of paradise 30000", "OT001 Orchid tree 50000", "LU001 Lucky bamboo 15000", "FB001 Bonsai ficus 12500",
	}
	if !slices.Equal(sold, want) {
		t.Errorf("%q", sold)
	}
}
