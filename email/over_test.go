package email

import (
	"context"
	"errors"
	"testing"
	"time"

	"acme.example/webshop/event"
)

// orders returns the same state for every order.
type orders struct {
	answer string
	at     Standing
	awaits int
	err    error
}

func (o *orders) Standing(context.Context, int64) (Standing, error) { return o.at, o.err }

func (o *orders) AwaitsPayment(_ context.Context, _ int64, payment int) (bool, error) {
	return payment == o.awaits, o.err
}

// TestMailsAboutAStateThatIsOverAreNotSent: a customer who has cancelled is not asked for a delivery time.
func TestMailsAboutAStateThatIsOverAreNotSent(t *testing.T) {
	soon := time.Date(2026, 11, 26, 14, 0, 0, 0, time.UTC) // slot
	test := deliverable("US")
	test.TestID = 7
	mails := map[string]func(context.Context, *Service) error{
		"created":          func(ctx context.Context, s *Service) error { return s.OnOrderCreated(ctx, created("US")) },
		"deliverable":      func(ctx context.Context, s *Service) error { return s.OnOrderDeliverable(ctx, deliverable("US")) },
		"deliverable test": func(ctx context.Context, s *Service) error { return s.OnOrderDeliverable(ctx, test) },
		"booked":           func(ctx context.Context, s *Service) error { return s.OnDeliveryBooked(ctx, booked("US")) },
		"cancelled": func(ctx context.Context, s *Service) error {
			return s.OnOrderCancelled(ctx, event.OrderCancelled{OrderID: 4711, Name: "Ada", Email: "ada@example.com", Market: "US", Reason: "customer"})
		},
		"voucher": func(ctx context.Context, s *Service) error {
			return s.OnPaymentRequested(ctx, requested("cash-voucher"))
		},
	}
	for name, c := range map[string]struct {
		at     Standing
		awaits int
		sent   string
	}{
		"under way": {Standing{}, 1, "created deliverable deliverable test booked cancelled"},
		"cancelled": {Standing{Cancelled: true}, 0, "cancelled"},
		"booked":    {Standing{DeliveryTime: soon}, 0, "created deliverable test booked cancelled"},
		"moved":     {Standing{DeliveryTime: soon.Add(time.Hour)}, 0, "created deliverable test cancelled"},
		"unpaid":    {Standing{}, 2, "created deliverable deliverable test booked cancelled voucher"},
	} {
		sent := ""
		for _, mail := range []string{"created", "deliverable", "deliverable test", "booked", "cancelled", "voucher"} {
			s, o := service(t)
			s.Orders = &orders{at: c.at, awaits: c.awaits}
			if err := mails[mail](t.Context(), s); err != nil {
				t.Errorf("%s, %s: %v", name, mail, err)
			}
			if len(o.sent) > 0 {
				sent += " " + mail
			}
		}
		if sent != " "+c.sent {
			t.Errorf("%s: sent are%s; want %s", name, sent, c.sent)
		}
	}
}

func (o *orders) ComplaintAnswer(context.Context, int64, int) (string, error) { return o.answer, o.err }

func TestAMailWaitsUntilItIsKnownHowFarTheOrderIs(t *testing.T) {
	s, o := service(t)
	down := errors.New("down")
	s.Orders = &orders{err: down}
	if err := s.OnOrderDeliverable(t.Context(), deliverable("US")); !errors.Is(err, down) || len(o.sent) != 0 {
		t.Errorf("%v, %d sent", err, len(o.sent))
	}
	if err := s.OnPaymentRequested(t.Context(), requested("cash-voucher")); !errors.Is(err, down) || len(o.sent) != 0 {
		t.Errorf("%v, %d sent", err, len(o.sent))
	}
}
