package email

import (
	"context"
	"strconv"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// OnDeliveryBooked tells the customer when and where the plants will be delivered, on the clock of the market, unless
// that has changed meanwhile.
func (s *Service) OnDeliveryBooked(ctx context.Context, e event.DeliveryBooked) error {
	over, err := s.over(ctx, e.OrderID, func(at Standing) bool {
		moved := !at.DeliveryTime.IsZero() && strconv.FormatInt(at.DeliveryTime.UnixMilli(), 10) != e.DeliveryTime
		return at.Cancelled || moved
	})
	if err != nil || over {
		return err
	}
	_, err = s.sendDeliveryBooked(ctx, e)
	return err
}

func (s *Service) sendDeliveryBooked(ctx context.Context, e event.DeliveryBooked) (string, error) {
	at, err := parseMillis(e.DeliveryTime)
	if err != nil {
		return "", err
	}
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return "", err
	}
	l.When = s.when(l, e.Market, at)
	return s.send(ctx, l)
}

// parseMillis parses milliseconds since 1970. Sixteen digits are 300,000 years: more is not a date.
func parseMillis(s string) (time.Time, error) {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms < 0 || len(s) > 16 {
		return time.Time{}, fault.InvalidField("deliveryTime", "must be milliseconds since 1970 as a decimal string")
	}
	return time.UnixMilli(ms), nil
}
