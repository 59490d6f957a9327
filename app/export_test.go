package app

import (
	"context"

	"acme.example/webshop/event"
)

// StopSubscriber ends one subscriber, as if its process were gone: a fault that no partner's knob makes.
func (s *Shop) StopSubscriber(ctx context.Context, name string) error {
	for i, sub := range event.Subscriptions {
		if sub.Subscriber == name {
			stop := s.subs[i]
			s.subs[i] = func(context.Context) error { return nil }
			return stop(ctx)
		}
	}
	return nil
}

// CloseBus cuts the shop off its bus.
func (s *Shop) CloseBus() { s.system.nats.conn.Close() }
