package email

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// OnComplaintMade tells the customer that the complaint has arrived.
func (s *Service) OnComplaintMade(ctx context.Context, e event.ComplaintMade) error {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return err
	}
	_, err = s.send(ctx, l)
	return err
}

// OnComplaintAnswered tells the customer what was decided about the complaint, and what the shop's staff say.
func (s *Service) OnComplaintAnswered(ctx context.Context, e event.ComplaintAnswered) error {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return err
	}
	if l.Decided, err = l.decided(e); err != nil {
		return err
	}
	if s.Orders != nil {
		if l.Answer, err = s.Orders.ComplaintAnswer(ctx, e.OrderID, int(e.Complaint)); err != nil {
			return err
		}
	}
	_, err = s.send(ctx, l)
	return err
}

// decided is what was decided, in the customer's language.
func (l content) decided(e event.ComplaintAnswered) (string, error) {
	key := "decided." + e.Outcome
	switch {
	case e.Replacement != 0:
		return l.Say(key, "id", e.Replacement)
	case e.Amount == 0:
		return l.Say(key)
	}
	amount, err := l.language.price(money.Amount{Minor: e.Amount, Currency: money.Currency(e.Currency)})
	if err != nil {
		return "", err
	}
	return l.Say(key, "amount", amount)
}
