package order

import (
	"context"

	"acme.example/webshop/event"
)

// OnOrderCreated puts the new order into the order book, or sends it to its reviews first.
func (s *Service) OnOrderCreated(ctx context.Context, e event.OrderCreated) error {
	_, err := s.PlaceOrder(ctx, e.OrderID)
	return err
}
