package order

import (
	"context"

	"acme.example/webshop/event"
)

// OnReviewDone puts an order that passed its reviews into the order book, and calls off one that did not.
func (s *Service) OnReviewDone(ctx context.Context, e event.ReviewDone) error {
	m := Move{OrderID: e.OrderID, To: Placed, Event: true}
	if !e.Passed {
		m.To, m.Reason = Cancelled, NotAccepted
	}
	_, err := s.Store.MoveOrder(ctx, m)
	return err
}
