package email

import (
	"context"

	"acme.example/webshop/event"
)

// OnOrderDeliverable asks the customer to pick a delivery time, with the signed link to the page for it, unless the order
// was cancelled or booked meanwhile. A test order is booked at the same moment.
func (s *Service) OnOrderDeliverable(ctx context.Context, e event.OrderDeliverable) error {
	over, err := s.over(ctx, e.OrderID, func(at Standing) bool {
		return at.Cancelled || e.TestID == 0 && !at.DeliveryTime.IsZero()
	})
	if err != nil || over {
		return err
	}
	_, err = s.sendOrderDeliverable(ctx, e)
	return err
}

func (s *Service) sendOrderDeliverable(ctx context.Context, e event.OrderDeliverable) (string, error) {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return "", err
	}
	l.Button = s.Links.Delivery(l.Ref)
	return s.send(ctx, l)
}
