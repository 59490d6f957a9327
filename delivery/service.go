package delivery

import (
	"context"
	"slices"
	"strconv"
	"time"

	"acme.example/webshop/fault"
	"acme.example/webshop/telemetry"
)

// Service is the delivery service. All fields must be set.
type Service struct {
	Store     Store
	Calendars map[string]Calendar // by market
	Languages map[string]string   // by market
	Carrier   Carrier
	Links     Links
	Now       func() time.Time
}

// DeliveryTimes lists the starts of the slots of a market that still have room, in order.
func (s *Service) DeliveryTimes(ctx context.Context, market string) ([]time.Time, error) {
	calendar, ok := s.Calendars[market]
	if !ok {
		return nil, fault.InvalidField("market", "there is no market %q", market)
	}
	booked, err := s.Store.Booked(ctx, market, s.Now())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(calendar.Slots(s.Now()), func(slot time.Time) bool {
		return booked[slot] >= calendar.Capacity
	}), nil
}

// BookDelivery books a slot for an order. The time is the start of a slot that DeliveryTimes told, in milliseconds
// since 1970 as a decimal string.
func (s *Service) BookDelivery(ctx context.Context, orderID int64, deliveryTime string) (Booking, error) {
	at, err := parseMillis(deliveryTime)
	if err != nil {
		return Booking{}, err
	}
	ctx = telemetry.AboutOrder(ctx, orderID)
	b, err := s.Store.Booking(ctx, orderID)
	if err != nil {
		return Booking{}, err
	}
	if b.Time.Equal(at) {
		return b, nil
	}
	calendar, ok := s.Calendars[b.Market]
	if !ok {
		return Booking{}, fault.New(fault.Unavailable, "there are no delivery times for the market %s at the moment", b.Market)
	}
	if b.Time.IsZero() && !slices.Contains(calendar.Slots(s.Now()), at) {
		return Booking{}, fault.InvalidField("deliveryTime", "is not one of the delivery times on offer; see /deliveryTimes")
	}
	return s.Store.Book(ctx, orderID, at, calendar.Capacity)
}

func parseMillis(s string) (time.Time, error) {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms <= 0 || len(s) > 16 {
		return time.Time{}, fault.InvalidField("deliveryTime", "must be milliseconds since 1970 as a decimal string")
	}
	return time.UnixMilli(ms).UTC(), nil
}
