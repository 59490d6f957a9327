package email

import (
	"context"
	"slices"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// byTransfer is the kind of the mail about an order that its customer pays by bank transfer, and not with a voucher in a shop.
const byTransfer = event.TypePaymentRequested + ".bank-transfer"

// OnPaymentRequested tells the customer what to pay with, how much and until when, unless the order no longer waits for it. The
// number to pay with is on the order's page.
func (s *Service) OnPaymentRequested(ctx context.Context, e event.PaymentRequested) error {
	if s.Orders != nil {
		if waits, err := s.Orders.AwaitsPayment(ctx, e.OrderID, int(e.Payment)); err != nil || !waits {
			return err
		}
	}
	until, err := parseMillis(e.Until)
	if err != nil {
		return err
	}
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return err
	}
	if way := l.Kind + "." + event.Type(e.Method); slices.Contains(kinds, way) {
		l.Kind = way
	}
	l.When = s.when(l, e.Market, until)
	if l.ToPay, err = l.language.price(money.Amount{Minor: e.Amount, Currency: money.Currency(e.Currency)}); err != nil {
		return err
	}
	_, err = s.send(ctx, l)
	return err
}
