package delivery

import (
	"context"
	"slices"
	"strconv"
	"time"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// Service is the delivery service. All fields must be set.
type Service struct {
	Store   Store
	Rules   Rulebook
	Carrier Carrier
	Links   Links
	Verify  callbacks.Verifier // of the delivery company's callbacks
	Now     func() time.Time
}

// DeliveryTimes lists the starts of a market's slots with room, in order.
func (s *Service) DeliveryTimes(ctx context.Context, market string) ([]time.Time, error) {
	rules, err := s.Rules.Active()
	if err != nil {
		return nil, err
	}
	calendar, ok := rules.Calendars[market]
	if !ok {
		return nil, fault.InvalidField("market", "there is no market %q", market)
	}
	return s.free(ctx, market, calendar)
}

// free lists the starts of a calendar's slots with room.
func (s *Service) free(ctx context.Context, market string, calendar Calendar) ([]time.Time, error) {
	booked, err := s.Store.Booked(ctx, Pool(market, calendar.Counts), s.Now())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(calendar.Slots(s.Now()), func(slot time.Time) bool {
		return booked[slot] >= calendar.Capacity
	}), nil
}

// BookDelivery books a slot for an order. The time is the start of a slot from DeliveryTimes, in milliseconds since 1970
// as a decimal string.
func (s *Service) BookDelivery(ctx context.Context, orderID int64, deliveryTime string) (Booking, error) {
	return s.pick(ctx, orderID, deliveryTime, Booking.isFree, s.Store.Book)
}

// isFree reports whether an order has no time yet.
func (b Booking) isFree() bool { return b.Time.IsZero() }

// MoveDelivery gives an order another time than it has booked, until the cut-off. The time is as in BookDelivery.
func (s *Service) MoveDelivery(ctx context.Context, orderID int64, deliveryTime string) (Booking, error) {
	return s.pick(ctx, orderID, deliveryTime, func(b Booking) bool { return !b.isFree() }, s.Store.Move)
}

// pick picks a slot for an order. A time that is not on offer is fault.Invalid for those that may get one, and another error of
// take for the rest.
func (s *Service) pick(ctx context.Context, orderID int64, deliveryTime string, may func(Booking) bool,
	take func(context.Context, int64, Slot, Room) (Booking, error)) (Booking, error) {
	at, err := parseMillis(deliveryTime)
	if err != nil {
		return Booking{}, err
	}
	ctx = telemetry.AboutOrder(ctx, orderID)
	b, err := s.Store.Booking(ctx, orderID)
	if err != nil || b.Time.Equal(at) {
		return b, err
	}
	calendar, err := s.calendar(ctx, b)
	if err != nil {
		return Booking{}, err
	}
	if may(b) && !slices.Contains(calendar.Slots(s.Now()), at) {
		return Booking{}, fault.InvalidField("deliveryTime", "is not one of the delivery times on offer; see /deliveryTimes")
	}
	room, err := s.room(calendar)
	if err != nil {
		return Booking{}, err
	}
	return take(ctx, orderID, calendar.Slot(at), room)
}

// parseUntil parses the end of a window; the zero time for "", which a window without an end has.
func parseUntil(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return parseMillis(s)
}

func parseMillis(s string) (time.Time, error) {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms <= 0 || len(s) > 16 {
		return time.Time{}, fault.InvalidField("deliveryTime", "must be milliseconds since 1970 as a decimal string")
	}
	return time.UnixMilli(ms).UTC(), nil
}
