package postgres

import (
	"context"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// State journals an event of an order, once.
func (s *Store) State(ctx context.Context, e event.Event) error {
	var stated bool
	var packed []byte
	_, err := s.onOrder(ctx, e.Order(), func(t *tx, o order.Order) error {
		switch {
		case stated:
			return nil
		case packed == nil:
			return t.journal(ctx, s.now(), e)
		}
		a, err := database.Unpack(o.ID, packed)
		if err != nil {
			return err
		}
		return a.Restate(e.EventType())
	}, read{sql: hasEvent, args: []any{e.Order(), string(e.EventType())}, scan: into(&stated)},
		read{sql: `SELECT (SELECT history FROM archive WHERE order_id = $1)`, args: []any{e.Order()}, scan: into(&packed)})
	return err
}
