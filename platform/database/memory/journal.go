package memory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

// write makes the envelopes of events, and journals them.
func (t *tx) write(ctx context.Context, events ...event.Event) error {
	for _, e := range events {
		env, err := t.ids.NewEnvelope(ctx, e, t.now())
		if err != nil {
			return err
		}
		if err := t.journal(env); err != nil {
			return err
		}
	}
	return nil
}

// journal keeps an event, and a pending receipt for each of its subscribers.
func (t *tx) journal(env event.Envelope) error {
	if t.disk.stated(env.OrderID, env.Type) {
		return fmt.Errorf("memory: order %d has an event %s already", env.OrderID, env.Type)
	}
	set(t, &t.disk.journal, append(t.disk.journal, env))
	for _, subscriber := range event.SubscribersOf(env.Type) {
		t.expect(&receipt{
			receiptKey: receiptKey{env.ID, subscriber}, env: env, state: pending,
			nextTry: t.now().Add(t.disk.firstWait()), changedAt: millis(t.now()),
		})
	}
	t.events = append(t.events, env)
	return nil
}

// firstWait is how long a new event has until it is published again. The caller holds the lock.
func (d *Disk) firstWait() time.Duration { return database.FirstWait(d.backlog()) }

// stated reports whether the journal, or the archive, has the order's event of a type. The caller holds the lock.
func (d *Disk) stated(orderID int64, of event.Type) bool {
	if a, ok := d.archive[orderID]; ok {
		return a.Has(of)
	}
	for _, env := range d.journal {
		if env.OrderID == orderID && env.Type == of {
			return true
		}
	}
	return false
}

// History returns the journal of an order, oldest first.
func (s *Store) History(_ context.Context, id int64) ([]event.Envelope, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return slices.Clone(s.disk.historyOf(id).History), nil
}
