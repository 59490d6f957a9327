package imports

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// TestWhatIsWrittenIsReadAgain: each written row is read back with the same values.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("\"'\\,\n\r\x00N;ñ🌵"))))
		var orders []order.Order
		for i := range rapid.IntRange(1, 5).Draw(t, "orders") {
			o := order.Order{
				ID: int64(i + 1), Status: order.Stocked, CustomerType: "B2C", Market: "MX", Products: event.ParseItems("BB001"), Rate: "20",
				Customer: order.Customer{Name: text.Draw(t, "name"), Email: text.Draw(t, "email"), Phone: "1", Street: text.Draw(t, "street"), City: "c"},
				Total:    money.Amount{Minor: 20 * rapid.Int64Range(0, 1e8).Draw(t, "price"), Currency: "MXN"},
			}
			if rapid.Bool().Draw(t, "booked") {
				o.DeliveryTime, o.Status = time.UnixMilli(rapid.Int64Range(1e12, 2e12).Draw(t, "time")), order.DeliveryBooked
			}
			orders = append(orders, o)
		}
		var file bytes.Buffer
		w := NewWriter(&file)
		for _, o := range orders {
			if _, err := w.Write(o); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		at := 0
		err := readCSV(strings.NewReader(file.String()), true, func(r Row) error {
			want := row(orders[at])
			for _, column := range Columns {
				if r.Wrong != "" || r.Values[column] != want[column] {
					t.Fatalf("%s of order %d is %q, want %q (%s)", column, at+1, r.Values[column], want[column], r.Wrong)
				}
			}
			at++
			return nil
		})
		if err != nil || at != len(orders) {
			t.Fatalf("read %d of %d orders, %v", at, len(orders), err)
		}
	})
}

func TestColumnsThatAreTooNarrowAreTold(t *testing.T) {
	w := NewWriter(&bytes.Buffer{})
	narrow, err := w.Write(order.Order{ID: 1, Status: order.Placed, Customer: order.Customer{Name: strings.Repeat("é", 51), City: strings.Repeat("é", 30)}})
	if err != nil || !slices.Equal(narrow, []string{"CustomerName"}) {
		t.Errorf("too narrow: %v, %v", narrow, err)
	}
	for _, s := range order.Statuses {
		if known := strings.Contains("PLACED STOCKED DELIVERY_BOOKED", string(s)); Has(s) != known {
			t.Errorf("the table has the status %s: %t", s, Has(s))
		}
	}
}
