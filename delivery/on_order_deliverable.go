package delivery

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// OnOrderDeliverable books the first slot for a test order. A real order waits for its customer.
func (s *Service) OnOrderDeliverable(ctx context.Context, e event.OrderDeliverable) error {
	if e.TestID == 0 {
		return nil
	}
	calendar, err := s.calendar(ctx, Booking{Market: e.Market, Rules: e.RulesVersion})
	if err != nil {
		return err
	}
	slots := calendar.Slots(s.Now())
	if len(slots) == 0 {
		return fault.New(fault.Unavailable, "the calendar of %s offers no slots", e.Market)
	}
	_, err = s.Store.Book(ctx, e.OrderID, calendar.Slot(slots[0]), Room{Slot: calendar.Capacity})
	switch fault.CodeOf(err) {
	case fault.AlreadyBooked: // by hand, before this event
		return nil
	case fault.NotReady:
		return s.unlessCancelled(ctx, e.OrderID, err)
	}
	return err
}

// unlessCancelled returns the error, or nil if the order was cancelled meanwhile: then there is nothing to deliver.
func (s *Service) unlessCancelled(ctx context.Context, orderID int64, cause error) error {
	b, err := s.Store.Booking(ctx, orderID)
	if err != nil || b.Status == "CANCELLED" {
		return err
	}
	return cause
}
