package email

import (
	"context"

	"acme.example/webshop/event"
)

// OnOrderDeliverable asks the customer to pick a delivery time, with the signed link to the page where that is done.
func (s *Service) OnOrderDeliverable(ctx context.Context, e event.OrderDeliverable) error {
	_, err := s.sendOrderDeliverable(ctx, e)
	return err
}

func (s *Service) sendOrderDeliverable(ctx context.Context, e event.OrderDeliverable) (string, error) {
	l, err := s.letter(ctx, e, customer{e.Ref, e.Name, e.Email, e.Market, e.TestID, e.RulesVersion})
	if err != nil {
		return "", err
	}
	l.Button = s.Links.Delivery(l.Ref)
	return s.send(ctx, l)
}
