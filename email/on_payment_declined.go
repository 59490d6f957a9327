package email

import (
	"context"

	"acme.example/webshop/event"
)

// notPaid is the kind of the mail about an order that its customer did not pay in time. The event is the same as of a payment
// that was in doubt, and was declined.
const notPaid = event.TypePaymentDeclined + ".not-paid"

// OnPaymentDeclined tells a customer whose payment was in doubt that it was declined, or one who did not pay that the order has ended.
func (s *Service) OnPaymentDeclined(ctx context.Context, e event.PaymentDeclined) error {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return err
	}
	if e.Reason == event.NotPaid {
		l.Kind = notPaid
	}
	_, err = s.send(ctx, l)
	return err
}
