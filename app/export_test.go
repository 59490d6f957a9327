package app

import (
	"context"
)

// StopSubscriber ends one subscriber, as if its process were gone: a fault that no partner's knob makes.
func (s *Shop) StopSubscriber(ctx context.Context, name string) error {
	stop := s.subs[name]
	delete(s.subs, name)
	return stop(ctx)
}

// CloseBus cuts the shop off its bus.
func (s *Shop) CloseBus() { s.system.nats.conn.Close() }
