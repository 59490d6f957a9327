package email

import (
	"context"

	"acme.example/webshop/event"
)

// OnDeliveryRescheduled tells the customer the new time of the delivery and the old one, unless the order was cancelled or moved
// again meanwhile.
func (s *Service) OnDeliveryRescheduled(ctx context.Context, e event.DeliveryRescheduled) error {
	over, err := s.over(ctx, e.OrderID, func(at Standing) bool { return at.Cancelled || at.movedFrom(e.DeliveryTime) })
	if err != nil || over {
		return err
	}
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return err
	}
	if l.When, err = s.window(l, e.Market, e.DeliveryTime, e.DeliveryUntil); err != nil {
		return err
	}
	if l.Was, err = s.window(l, e.Market, e.PreviousTime, e.PreviousUntil); err != nil {
		return err
	}
	l.deliveredTo(e.Market, e.Street, e.City, e.Address)
	_, err = s.send(ctx, l)
	return err
}
