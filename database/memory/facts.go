package memory

import (
	"context"

	"acme.example/webshop/event"
)

// State journals an event of an order, once.
func (s *Store) State(ctx context.Context, e event.Event) error {
	_, err := s.do(ctx, func(t *tx) error {
		o, err := t.disk.order(e.Order())
		if err != nil || t.disk.stated(o.ID, e.EventType()) {
			return err
		}
		if a, ok := t.disk.archive[o.ID]; ok {
			return a.Restate(e.EventType())
		}
		return t.write(ctx, e)
	})
	return err
}
