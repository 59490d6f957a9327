package email

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// OnOrderCancelled tells the customer that the order was cancelled, why, and what happens with the money.
func (s *Service) OnOrderCancelled(ctx context.Context, e event.OrderCancelled) error {
	_, err := s.sendOrderCancelled(ctx, e)
	return err
}

func (s *Service) sendOrderCancelled(ctx context.Context, e event.OrderCancelled) (string, error) {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return "", err
	}
	l.Reason = e.Reason
	if e.Paid && e.TotalPrice > e.GivenBack {
		if l.Refund, err = l.language.price(money.Amount{Minor: e.TotalPrice - e.GivenBack, Currency: money.Currency(e.Currency)}); err != nil {
			return "", err
		}
	}
	return s.send(ctx, l)
}
