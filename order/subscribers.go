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

// OnReviewDone puts an order that passed its reviews into the order book, and cancels one that did not.
func (s *Service) OnReviewDone(ctx context.Context, e event.ReviewDone) error {
	m := Move{OrderID: e.OrderID, To: Placed, Event: true}
	if !e.Passed {
		m.To, m.Reason = Cancelled, NotAccepted
	}
	_, err := s.Store.MoveOrder(ctx, m)
	return err
}

// OnStockCreated notes that the order's plants are there, which makes it deliverable.
func (s *Service) OnStockCreated(ctx context.Context, e event.StockCreated) error {
	_, err := s.Store.MoveOrder(ctx, Move{OrderID: e.OrderID, To: Stocked, Event: true})
	return err
}

// OnDeliveryBooked notes that the order has its delivery time.
func (s *Service) OnDeliveryBooked(ctx context.Context, e event.DeliveryBooked) error {
	_, err := s.Store.MoveOrder(ctx, Move{OrderID: e.OrderID, To: DeliveryBooked, Event: true})
	return err
}
