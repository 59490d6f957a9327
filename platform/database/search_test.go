package database

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/order"
)

// TestAChangedOrderIsIndexedAnew, in the transaction that changes it; nothing is written about other changes or a test order.
func TestAChangedOrderIsIndexedAnew(t *testing.T) {
	stored := order.Order{ID: 7, Status: order.Created, Customer: order.Customer{Name: "Ann", Email: "ann@example.com"}}
	for name, c := range map[string]struct {
		change func(*order.Order)
		rows   int
	}{
		"name":         {func(o *order.Order) { o.Customer.Name = "Zoe" }, 2},
		"status":       {func(o *order.Order) { o.CancelReason = "x" }, 0},
		"a test order": {func(o *order.Order) { o.Customer.Name, o.TestID = "Zoe", 9 }, 0},
	} {
		tx := NewTx(t.Context(), time.Now(), &EventIDs{})
		tx.Loaded.Order = stored
		after := stored
		c.change(&after)
		orderTx{tx}.Update(after)
		rows := 0
		for _, change := range tx.Changes {
			if strings.Contains(change.SQL, " search ") {
				rows++
			}
		}
		if rows != c.rows {
			t.Errorf("%s: %d changes of the index, want %d", name, rows, c.rows)
		}
	}
}

// TestFold: words are the same however they are typed.
func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"José  ÑANDÚ": "jose nandu", "O'Neil-Smith": "o neil-smith", "«a.b+c@Example.com»,": "a.b+c@example.com", "ﬁne １２": "fine 12", " . - ": "", "Ünü\u0301": "unu",
	} {
		if got := strings.Join(Fold(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
