package email

import (
	"context"
	"errors"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
)

func TestWhatCannotBeSentIsAnErrorWithItsCode(t *testing.T) {
	down := fault.New(fault.Unavailable, "down")
	for name, c := range map[string]struct {
		spoil func(*Service, *outbox)
		send  func(context.Context, *Service) error
		want  fault.Code
	}{
		"mail server down": {func(_ *Service, o *outbox) { o.err = down },
			func(ctx context.Context, s *Service) error { return s.OnOrderDeliverable(ctx, deliverable("US")) }, fault.Unavailable},
		"unknown market": {nil,
			func(ctx context.Context, s *Service) error { return s.OnOrderDeliverable(ctx, deliverable("FR")) }, fault.Invalid},
		"market in a language without texts": {func(s *Service, _ *outbox) { s.Rules.(*Rules).Markets["US"] = Market{Language: "fr", Zone: time.UTC} },
			func(ctx context.Context, s *Service) error { return s.OnOrderDeliverable(ctx, deliverable("US")) }, fault.Internal},
		"unknown currency": {nil, func(ctx context.Context, s *Service) error {
			e := created("US")
			e.Currency = "XYZ"
			return s.OnOrderCreated(ctx, e)
		}, fault.Invalid},
		"no time": {nil, func(ctx context.Context, s *Service) error {
			e := booked("US")
			e.DeliveryTime = "soon"
			return s.OnDeliveryBooked(ctx, e)
		}, fault.Invalid},
	} {
		s, o := service(t)
		if c.spoil != nil {
			c.spoil(s, o)
		}
		err := c.send(t.Context(), s)
		if fault.CodeOf(err) != c.want || len(o.sent) != 0 {
			t.Errorf("%s: %v (%s), want %s; %d sent", name, err, fault.CodeOf(err), c.want, len(o.sent))
		}
		if c.want == fault.Unavailable && !errors.Is(err, down) {
			t.Errorf("%s: the cause is lost: %v", name, err)
		}
	}
}
