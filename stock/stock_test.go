package stock

import (
	"context"
	"testing"

	"acme.example/webshop/fault"
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

// TestNothingIsProducedForAnOrderThatIsNotInTheBook, whoever asks by hand: not paid yet, declined, or cancelled.
func TestNothingIsProducedForAnOrderThatIsNotInTheBook(t *testing.T) {
	for placed, want := range map[bool]fault.Code{true: "", false: fault.Conflict} {
		s := &shelf{order: Order{ID: 1, Products: "BB001", Placed: placed}}
		ready, err := (&Service{Store: s, Stockist: s}).RefillByHand(t.Context(), 1)
		if fault.CodeOf(err) != want || ready != placed || (s.asked == 1) != placed || (s.created == 1) != placed {
			t.Errorf("placed %t: ready %t, %v; asked %d times", placed, ready, err, s.asked)
		}
	}
}
