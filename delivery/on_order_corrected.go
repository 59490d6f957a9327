package delivery

import (
	"context"

	"acme.example/webshop/event"
)

// OnOrderCorrected tells the delivery company what was corrected: the same consignment at the same time. An order without a delivery to
// come needs none.
func (s *Service) OnOrderCorrected(ctx context.Context, e event.OrderCorrected) error {
	if e.DeliveryVersion == 0 {
		return nil
	}
	b := Booking{
		OrderID: e.OrderID, Ref: e.Ref.Or(e.OrderID), TestID: e.TestID, Market: e.Market, Name: e.Name, Email: e.Email, Phone: e.Phone,
		Street: e.Street, City: e.City, Rules: e.RulesVersion, Address: e.Address, Language: e.Language,
	}
	return s.change(ctx, b, e.DeliveryTime, e.DeliveryUntil, e.DeliveryVersion)
}
