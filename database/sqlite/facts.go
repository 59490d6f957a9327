package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// State journals an event of an order, once.
func (s *Store) State(ctx context.Context, e event.Event) error {
	_, err := s.do(ctx, func(t *tx) error {
		var o order.Order
		if err := t.load(e.Order(), &o); err != nil {
			return err
		}
		packed, err := t.archivedHistory(o.ID)
		if err != nil {
			return err
		}
		if packed == nil {
			return t.state(ctx, s, e)
		}
		a, err := database.Unpack(o.ID, packed)
		if err != nil {
			return err
		}
		return a.Restate(e.EventType())
	})
	return err
}

// state journals an event that the journal does not have yet.
func (t *tx) state(ctx context.Context, s *Store, e event.Event) error {
	var stated bool
	err := t.row(`SELECT EXISTS (SELECT 1 FROM journal WHERE order_id = ? AND type = ?)`, e.Order(), e.EventType()).Scan(&stated)
	if err != nil || stated {
		return err
	}
	return t.journal(ctx, s.now(), e)
}

// archivedHistory is the row of an order in the archive; nil when it is not there.
func (t *tx) archivedHistory(id int64) (packed []byte, err error) {
	err = t.row(`SELECT history FROM archive WHERE order_id = ?`, id).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return packed, err
}
