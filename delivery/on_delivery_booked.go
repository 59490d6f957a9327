package delivery

import (
	"context"
	"strconv"

	"acme.example/webshop/event"
)

// OnDeliveryBooked orders the van from the delivery company.
func (s *Service) OnDeliveryBooked(ctx context.Context, e event.DeliveryBooked) error {
	at, err := parseMillis(e.DeliveryTime)
	if err != nil {
		return err
	}
	return s.Carrier.Consign(ctx, Consignment{
		Key: "delivery:" + strconv.FormatInt(e.OrderID, 10),
		Booking: Booking{
			OrderID: e.OrderID, TestID: e.TestID, Market: e.Market, Name: e.Name, Email: e.Email, Phone: e.Phone,
			Street: e.Street, City: e.City, Time: at, Rules: e.RulesVersion,
		},
	})
}
