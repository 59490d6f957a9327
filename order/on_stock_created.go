package order

import (
	"context"

	"acme.example/webshop/event"
)

// OnStockCreated notes that the order's plants are there, which makes it deliverable.
func (s *Service) OnStockCreated(ctx context.Context, e event.StockCreated) error {
	_, err := s.Store.MoveOrder(ctx, Move{OrderID: e.OrderID, To: Stocked, Event: true})
	return err
}
