package email

import (
	"context"

	"acme.example/webshop/event"
)

// replacement is the kind of the mail about an order that replaces another one after a complaint.
const replacement = event.TypeOrderCreated + ".replacement"

// OnOrderCreated thanks the customer for the order, with what was ordered, what it costs and why, unless the order was
// cancelled meanwhile.
func (s *Service) OnOrderCreated(ctx context.Context, e event.OrderCreated) error {
	if over, err := s.over(ctx, e.OrderID, cancelled); err != nil || over {
		return err
	}
	_, err := s.sendOrderCreated(ctx, e)
	return err
}

func (s *Service) sendOrderCreated(ctx context.Context, e event.OrderCreated) (string, error) {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return "", err
	}
	if e.Replaces != 0 {
		l.Kind = replacement
	}
	if err := l.bill(e); err != nil {
		return "", err
	}
	l.PurchaseOrder = e.Details["purchaseOrder"]
	l.deliveredTo(e.Market, e.Street, e.City, e.Address)
	return s.send(ctx, l)
}
