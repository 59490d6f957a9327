package email

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// OnRefundDone tells the customer what was given back, why, and when it arrives.
func (s *Service) OnRefundDone(ctx context.Context, e event.RefundDone) error {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return err
	}
	if l.GivenBack, err = l.language.price(money.Amount{Minor: e.Amount, Currency: money.Currency(e.Currency)}); err != nil {
		return err
	}
	if l.Because = e.Reason; e.Reason == event.PaidTwice || e.Reason == event.Complained {
		if l.Because, err = l.Say(e.Reason); err != nil {
			return err
		}
	}
	if arrives := "arrives." + e.Method; l.language[arrives] != "" { // else nothing is promised
		l.Arrives = arrives
	}
	_, err = s.send(ctx, l)
	return err
}
