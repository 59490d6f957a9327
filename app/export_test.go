package app

import (
	"context"
	"fmt"

	"acme.example/webshop/bus"
	"acme.example/webshop/database"
	"acme.example/webshop/event"
)

// What an event may wait and a handler may work before its receipt is held must fit into the leases of the journal, and what
// the journal waits into what the bus takes for the longest lease.
const (
	_ = uint(database.FirstLease - bus.HoldAfter - 1)
	_ = uint(database.FirstLease + database.Lease - bus.HoldAtOnce - handlerTimeout)
	_ = uint(bus.LongestLease - database.LongestWait - 1)
)

// DeliverAgain lets the bus deliver an order's event to a subscriber once more, as if its lease were over.
func (s *Shop) DeliverAgain(ctx context.Context, id int64, t event.Type, subscriber string) error {
	history, err := s.system.store.History(ctx, id)
	if err != nil {
		return err
	}
	for _, env := range history {
		if env.Type == t {
			s.system.bus.Publish(env, subscriber, 99)
			return nil
		}
	}
	return fmt.Errorf("order %d has no event %s", id, t)
}

// StopSubscriber ends one subscriber, as if its process were gone: a fault that no partner's knob makes.
func (s *Shop) StopSubscriber(ctx context.Context, name string) error {
	stop := s.subs[name]
	delete(s.subs, name)
	return stop(ctx)
}

// CloseBus cuts the shop off its bus.
func (s *Shop) CloseBus() { s.system.nats.conn.Close() }
