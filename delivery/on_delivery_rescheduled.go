package delivery

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/ref"
)

// OnDeliveryRescheduled tells the delivery company the new time.
func (s *Service) OnDeliveryRescheduled(ctx context.Context, e event.DeliveryRescheduled) error {
	b := Booking{
		OrderID: e.OrderID, Ref: e.Ref.Or(e.OrderID), TestID: e.TestID, Market: e.Market, Name: e.Name, Email: e.Email, Phone: e.Phone,
		Street: e.Street, City: e.City, Rules: e.RulesVersion, Address: e.Address, Language: e.Language,
	}
	return s.change(ctx, b, e.DeliveryTime, e.DeliveryUntil, e.Version)
}

// change tells the delivery company a version of a booking, with its time and end in milliseconds since 1970.
func (s *Service) change(ctx context.Context, b Booking, at, until string, version int64) (err error) {
	if b.Time, err = parseMillis(at); err != nil {
		return err
	}
	if b.Until, err = parseUntil(until); err != nil {
		return err
	}
	return s.Carrier.Change(ctx, Change{Key: b.Ref.Key(ref.Delivery), Version: version, Booking: b})
}
