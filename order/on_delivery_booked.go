package order

import (
	"context"

	"acme.example/webshop/event"
)

// OnDeliveryBooked notes that the order has its delivery time.
func (s *Service) OnDeliveryBooked(ctx context.Context, e event.DeliveryBooked) error {
	_, err := s.Store.MoveOrder(ctx, Move{OrderID: e.OrderID, To: DeliveryBooked, Event: true})
	return err
}
