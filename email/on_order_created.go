package email

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// OnOrderCreated thanks the customer for the order and says what was ordered.
func (s *Service) OnOrderCreated(ctx context.Context, e event.OrderCreated) error {
	_, err := s.sendOrderCreated(ctx, e)
	return err
}

func (s *Service) sendOrderCreated(ctx context.Context, e event.OrderCreated) (string, error) {
	l, err := s.letter(ctx, e, customer{e.Name, e.Email, e.Market, e.TestID, e.RulesVersion})
	if err != nil {
		return "", err
	}
	if e.Currency != "" {
		if l.Total, err = price(money.Amount{Minor: e.TotalPrice, Currency: money.Currency(e.Currency)}); err != nil {
			return "", err
		}
	}
	l.Items = l.items(e.Products)
	l.Address = lines(e.Street, e.City)
	return s.send(ctx, l)
}
