package sqlite

import (
	"context"

	"acme.example/webshop/database"
)

const actionColumns = `id, time, who, what, order_id, event_id, subscriber, detail`

// Record writes what an operator does.
func (s *Store) Record(ctx context.Context, a database.Action) error {
	_, err := s.do(ctx, func(t *tx) error {
		return t.exec(`INSERT INTO actions (time, who, what, order_id, event_id, subscriber, detail) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			s.now().UnixMilli(), a.Who, a.What, a.OrderID, a.EventID, a.Subscriber, a.Detail)
	})
	return err
}

// ActionsOf returns what operators did about an order, oldest first.
func (s *Store) ActionsOf(ctx context.Context, orderID int64) ([]database.Action, error) {
	return collect(ctx, s.read, scanAction, `SELECT `+actionColumns+` FROM actions WHERE order_id = ? ORDER BY id LIMIT ?`,
		orderID, database.MaxWaiting)
}

// LastActions returns what operators did last, the newest first.
func (s *Store) LastActions(ctx context.Context, limit int) ([]database.Action, error) {
	return collect(ctx, s.read, scanAction, `SELECT `+actionColumns+` FROM actions ORDER BY id DESC LIMIT ?`, limit)
}

func scanAction(row scanner) (a database.Action, err error) {
	var at int64
	err = row.Scan(&a.ID, &at, &a.Who, &a.What, &a.OrderID, &a.EventID, &a.Subscriber, &a.Detail)
	a.Time = database.FromMillis(at)
	return a, err
}
