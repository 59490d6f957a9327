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
	at  Standing
	err error
}

func (o *orders) Standing(context.Context, int64) (Standing, error) { return o.at, o.err }

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
	}
	for name, c := range map[string]struct {
		at   Standing
		sent string
	}{
		"under way": {Standing{}, "created deliverable deliverable test booked cancelled"},
		"cancelled": {Standing{Cancelled: true}, "cancelled"},
		"booked":    {Standing{DeliveryTime: soon}, "created deliverable test booked cancelled"},
		"moved":     {Standing{DeliveryTime: soon.Add(time.Hour)}, "created deliverable test cancelled"},
	} {
		sent := ""
		for _, mail := range []string{"created", "deliverable", "deliverable test", "booked", "cancelled"} {
			s, o := service(t)
			s.Orders = &orders{at: c.at}
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

func TestAMailWaitsUntilItIsKnownHowFarTheOrderIs(t *testing.T) {
	s, o := service(t)
	down := errors.New("down")
	s.Orders = &orders{err: down}
	if err := s.OnOrderDeliverable(t.Context(), deliverable("US")); !errors.Is(err, down) || len(o.sent) != 0 {
		t.Errorf("%v, %d sent", err, len(o.sent))
	}
}
