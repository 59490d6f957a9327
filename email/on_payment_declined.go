package email

import (
	"context"

	"acme.example/webshop/event"
)

// notPaid is the kind of the mail about an order that its customer did not pay in time. The event is the same as of a payment
// that was in doubt, and was declined.
const notPaid = event.TypePaymentDeclined + ".not-paid"

// cancelledUnpaid is the kind of the mail about an order that was cancelled before it was paid.
const cancelledUnpaid = event.TypePaymentDeclined + ".cancelled"

// OnPaymentDeclined tells a customer whose payment was in doubt that it was declined, or one who did not pay that the order has ended,
// or was cancelled.
func (s *Service) OnPaymentDeclined(ctx context.Context, e event.PaymentDeclined) error {
	l, err := s.content(ctx, e, customer{order: e.Ref, name: e.Name, email: e.Email, market: e.Market, language: e.Language, testID: e.TestID, rules: e.RulesVersion})
	if err != nil {
		return err
	}
	switch _, cancelled := l.language["cancelled."+e.Reason]; {
	case e.Reason == event.NotPaid:
		l.Kind = notPaid
	case cancelled:
		l.Kind, l.Reason = cancelledUnpaid, e.Reason
	}
	_, err = s.send(ctx, l)
	return err
}
