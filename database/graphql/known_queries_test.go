package graphql

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// TestOnlyProgramsQueriesAreRemembered: those with values in their text are not, nor long ones; and one that grows without
// bounds when its fragments are written out holds nobody up.
func TestOnlyProgramsQueriesAreRemembered(t *testing.T) {
	var doubling strings.Builder
	for i := range 60 {
		fmt.Fprintf(&doubling, "fragment F%d on Order { ...F%d ...F%[2]d } ", i, i+1)
	}
	for name, c := range map[string]struct {
		query string
		want  bool
	}{
		"variables":              {"query($id: Int!) { getOrder(id: $id) { orderId } }", true},
		"no arguments":           {"{ untried { inside } }", true},
		"fragments":              {"query($id: Int!) { getOrder(id: $id) { ...A } } fragment A on Order { orderId }", true},
		"a value":                {"{ getOrder(id: 1) { orderId } }", false},
		"a value beside another": {"query($id: Int!) { ...on Query { getOrder(id: $id) { orderId } again: getOrder(id: 2) { orderId } } }", false},
		"a value in a fragment":  {"query($id: Int!) { ...A } fragment A on Query { getOrder(id: 1) { orderId } }", false},
		"a value in a list":      {"mutation { addDeliveryDataToOrder(deliveryData: {orderId: 1}) }", false},
		"long":                   {"{ untried { " + strings.Repeat("inside ", 1000) + "} }", false},
		"fragments that double":  {"query($id: Int!) { getOrder(id: $id) { ...F0 } } " + doubling.String() + "fragment F60 on Order { orderId }", true},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := parser.ParseQuery(&ast.Source{Input: c.query})
			if err != nil {
				t.Fatal(err)
			}
			known := newKnownQueries()
			known.Add(t.Context(), c.query, doc)
			if _, ok := known.Get(t.Context(), c.query); ok != c.want {
				t.Errorf("remembered: %v", ok)
			}
		})
	}
}
