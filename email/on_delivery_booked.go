package email

import (
	"context"
	"strconv"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/texts"
)

// OnDeliveryBooked tells the customer when and where the plants will be delivered, on the clock of the market, unless
// that has changed meanwhile.
func (s *Service) OnDeliveryBooked(ctx context.Context, e event.DeliveryBooked) error {
	over, err := s.over(ctx, e.OrderID, func(at Standing) bool { return at.Cancelled || at.movedFrom(e.DeliveryTime) })
	if err != nil || over {
		return err
	}
	_, err = s.sendDeliveryBooked(ctx, e)
	return err
}

func (s *Service) sendDeliveryBooked(ctx context.Context, e event.DeliveryBooked) (string, error) {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return "", err
	}
	if l.When, err = s.window(l, e.Market, e.DeliveryTime, e.DeliveryUntil); err != nil {
		return "", err
	}
	l.deliveredTo(e.Market, e.Street, e.City, e.Address)
	return s.send(ctx, l)
}

// window formats a delivery window on the market's clock: its start and, if it has one, its end.
func (s *Service) window(l content, market, from, until string) (string, error) {
	at, err := parseMillis(from)
	if err != nil {
		return "", err
	}
	text := s.when(l, market, at)
	if until == "" {
		return text, nil
	}
	end, err := parseMillis(until)
	return texts.Fill(l.language["time.window"], "from", text, "until", l.language.clock(end.In(l.rules.Markets[market].Zone))), err
}

// parseMillis parses milliseconds since 1970. Sixteen digits are 300,000 years: more is not a date.
func parseMillis(s string) (time.Time, error) {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms < 0 || len(s) > 16 {
		return time.Time{}, fault.InvalidField("deliveryTime", "must be milliseconds since 1970 as a decimal string")
	}
	return time.UnixMilli(ms), nil
}
