package delivery

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/fault"
)

// OnOrderDeliverable books the first slot for a test order. A real order waits for its customer.
func (s *Service) OnOrderDeliverable(ctx context.Context, e event.OrderDeliverable) error {
	if e.TestID == 0 {
		return nil
	}
	calendar, ok := s.Calendars[e.Market]
	if !ok {
		return fault.New(fault.Unavailable, "there is no calendar of %s", e.Market)
	}
	slots := calendar.Slots(s.Now())
	if len(slots) == 0 {
		return fault.New(fault.Unavailable, "the calendar of %s offers no slots", e.Market)
	}
	_, err := s.Store.Book(ctx, e.OrderID, slots[0], calendar.Capacity)
	return err
}
