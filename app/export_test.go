package app

import (
	"context"
	"fmt"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/database"
)

// The longest wait of an event and work of a handler before its receipt is held must fit into the journal's leases, and
// those into the bus's longest lease.
const (
	_ = uint(database.FirstLease - bus.LeaseAfter - 1)
	_ = uint(database.FirstLease + database.Lease - bus.LeaseAtOnce - handlerTimeout)
	_ = uint(bus.LongestLease - database.LongestWait - 1)
)

// DeliverAgain delivers an order's event to a subscriber again, as another process does when its lease has ended.
func (s *Shop) DeliverAgain(ctx context.Context, id int64, t event.Type, subscriber string) error {
	history, err := s.system.store.History(ctx, id)
	if err != nil {
		return err
	}
	for _, env := range history {
		if env.Type == t {
			return s.deliver(ctx, env, subscriber)
		}
	}
	return fmt.Errorf("order %d has no event %s", id, t)
}

func (s *Shop) deliver(ctx context.Context, env event.Envelope, subscriber string) error {
	for _, sub := range event.Subscriptions {
		if sub.Subscriber == subscriber {
			s.system.dispatcher().Dispatch(ctx, sub, handlers(s.system.table())[subscriber], env)
			return nil
		}
	}
	return fmt.Errorf("there is no subscriber %s", subscriber)
}

// StopSubscriber ends one subscriber, as if its process had died.
func (s *Shop) StopSubscriber(ctx context.Context, name string) error {
	stop := s.subs[name]
	delete(s.subs, name)
	return stop(ctx)
}
