package email

import (
	"context"

	"acme.example/webshop/event"
)

// OnPaymentDeclined tells a customer whose payment was in doubt that it was declined.
func (s *Service) OnPaymentDeclined(ctx context.Context, e event.PaymentDeclined) error {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return err
	}
	_, err = s.send(ctx, l)
	return err
}
