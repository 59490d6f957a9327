package event

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestItems(t *testing.T) {
	items := ParseItems("A,A, B,A")
	if want := (Items{{"A", 2}, {" B", 1}, {"A", 1}}); !slices.Equal(items, want) || items.Pieces() != 4 {
		t.Errorf("read %v, want %v", items, want)
	}
	if got, want := items.SKUs(), []string{"A", "A", "B", "A"}; !slices.Equal(got, want) {
		t.Errorf("the SKUs are %q, want %q", got, want)
	}
	if got := items.Add("A", 2).String(); got != "A,A, B,A,A,A" || items.Pieces() != 4 {
		t.Errorf("with two more they are %q, and were changed to %v", got, items)
	}
}

// TestItemsKeepAnyText: a client gets back exactly what it sent.
func TestItemsKeepAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("AB ,é"))).Draw(t, "products")
		items := ParseItems(text)
		if got := items.String(); got != text {
			t.Errorf("%q became %q", text, got)
		}
		for i := range items[:max(len(items)-1, 0)] {
			if items[i].SKU == items[i+1].SKU {
				t.Errorf("%v has two items that are one", items)
			}
		}
	})
}
