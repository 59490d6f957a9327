package delivery

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/ref"
)

// OnOrderCancelled calls the van off that was ordered. An order that had no delivery time needs none.
func (s *Service) OnOrderCancelled(ctx context.Context, e event.OrderCancelled) error {
	if e.DeliveryVersion == 0 {
		return nil
	}
	o := e.Ref.Or(e.OrderID)
	return s.Carrier.Change(ctx, Change{
		Key: o.Key(ref.Delivery), Version: e.DeliveryVersion, CalledOff: true,
		Booking: Booking{OrderID: e.OrderID, Ref: o, TestID: e.TestID, Market: e.Market},
	})
}
