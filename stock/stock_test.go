package stock

import (
	"context"
	"testing"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// shelf is a store with one order, and a stockist that counts what it is asked.
type shelf struct {
	Store
	order          Order
	asked, created int
}

func (s *shelf) StockOrder(context.Context, int64) (Order, error) { return s.order, nil }

func (s *shelf) StockCreated(context.Context, int64) error {
	s.created++
	return nil
}

func (s *shelf) Refill(context.Context, Refill) (bool, error) {
	s.asked++
	return true, nil
}

// TestNothingIsProducedForAnOrderThatIsNotInTheBook, whoever asks by hand: unpaid, declined, or cancelled.
func TestNothingIsProducedForAnOrderThatIsNotInTheBook(t *testing.T) {
	for placed, want := range map[bool]fault.Code{true: "", false: fault.Conflict} {
		s := &shelf{order: Order{ID: 1, Products: event.ParseItems("BB001"), Placed: placed}}
		ready, err := (&Service{Store: s, Stockist: s}).RefillByHand(t.Context(), 1)
		if fault.CodeOf(err) != want || ready != placed || (s.asked == 1) != placed || (s.created == 1) != placed {
			t.Errorf("placed %t: ready %t, %v; asked %d times", placed, ready, err, s.asked)
		}
	}
}

// TestACallbackAboutAnotherOrderChangesNothing: it has this order's number, and the key of another request: of another
// shop, or for an order lost by a restore. A callback without a key is accepted.
func TestACallbackAboutAnotherOrderChangesNothing(t *testing.T) {
	o := Order{ID: 7, Ref: ref.Of(7, "4fk29x0qmtzb-000g40r40m30"), Placed: true}
	for key, want := range map[string]fault.Code{
		"refill:7-4fk29x0qmtzb-000g40r40m30": "", "": "",
		"refill:7-4fk29x0qmtzb-000g40r40m31": fault.NotFound, "refill:7": fault.NotFound, "check:7-4fk29x0qmtzb-000g40r40m30": fault.NotFound,
	} {
		s := &shelf{order: o}
		body := `{"type":"stock.created","data":{"orderId":7,"key":"` + key + `"}}`
		_, err := (&Service{Store: s, Verify: anyone{}}).postCallback(t.Context(), &callbacks.Callback{RawBody: []byte(body)})
		if fault.CodeOf(err) != want || (s.created == 1) != (want == "") {
			t.Errorf("%q: %v, created %d", key, err, s.created)
		}
	}
}
