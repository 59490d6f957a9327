package email

import (
	"context"

	"acme.example/webshop/event"
)

// OnDeliveryStarted tells the customer that the order comes today, unless that is over.
func (s *Service) OnDeliveryStarted(ctx context.Context, e event.DeliveryStarted) error {
	over, err := s.over(ctx, e.OrderID, func(at Standing) bool { return at.Cancelled || at.Delivered || at.movedFrom(e.DeliveryTime) })
	if err != nil || over {
		return err
	}
	c := customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion}
	return s.sendReport(ctx, e, c, report{tracking: e.Tracking, booked: e.DeliveryTime})
}

// OnDelivered tells the customer that the order was delivered, to whom, and where it stands.
func (s *Service) OnDelivered(ctx context.Context, e event.Delivered) error {
	c := customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion}
	return s.sendReport(ctx, e, c, report{tracking: e.Tracking, receivedBy: e.ReceivedBy, leftAt: e.LeftAt})
}

// OnDeliveryFailed asks the customer to book another time, unless that is over.
func (s *Service) OnDeliveryFailed(ctx context.Context, e event.DeliveryFailed) error {
	over, err := s.over(ctx, e.OrderID, func(at Standing) bool { return at.Cancelled || at.Delivered || at.movedFrom(e.DeliveryTime) })
	if err != nil || over {
		return err
	}
	c := customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion}
	return s.sendReport(ctx, e, c, report{})
}

// report is what a mail tells of a delivery; booked is the time of one that is to come today.
type report struct{ tracking, booked, receivedBy, leftAt string }

func (s *Service) sendReport(ctx context.Context, e event.Event, c customer, r report) error {
	l, err := s.content(ctx, e, c)
	if err != nil {
		return err
	}
	l.Parcel, l.ReceivedBy, l.LeftAt = r.tracking, r.receivedBy, r.leftAt
	if r.booked != "" {
		at, err := parseMillis(r.booked)
		if err != nil {
			return err
		}
		l.When = s.when(l, c.market, at)
	}
	_, err = s.send(ctx, l)
	return err
}
