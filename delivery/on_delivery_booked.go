package delivery

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/ref"
)

// OnDeliveryBooked orders the van from the delivery company.
func (s *Service) OnDeliveryBooked(ctx context.Context, e event.DeliveryBooked) error {
	at, err := parseMillis(e.DeliveryTime)
	if err != nil {
		return err
	}
	until, err := parseUntil(e.DeliveryUntil)
	if err != nil {
		return err
	}
	return s.Carrier.Consign(ctx, Consignment{
		Key: e.Ref.Or(e.OrderID).Key(ref.Delivery),
		Booking: Booking{
			OrderID: e.OrderID, Ref: e.Ref.Or(e.OrderID), TestID: e.TestID, Market: e.Market, Name: e.Name, Email: e.Email, Phone: e.Phone,
			Street: e.Street, City: e.City, Time: at, Until: until, Tracked: e.Tracked, Rules: e.RulesVersion, Address: e.Address, Language: e.Language,
		},
	})
}
