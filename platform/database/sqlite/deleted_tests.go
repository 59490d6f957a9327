package sqlite

import (
	"context"
	"errors"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

// DeleteTests deletes old test orders. They are found outside the writer, which checks them again.
func (s *Store) DeleteTests(ctx context.Context, before time.Time, limit int) (deleted int, err error) {
	old, err := collect(ctx, s.read, func(row scanner) (o database.OldTest, err error) {
		err = row.Scan(&o.OrderID, &o.StatusAt)
		return o, err
	}, database.OldTests+` ORDER BY o.status_at LIMIT $2`, before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		deleted = 0
		for _, o := range old {
			gone, err := t.deleteTest(o, before, s.now())
			if err != nil {
				return err
			}
			deleted += gone
		}
		return t.exec(`DELETE FROM deleted_tests WHERE deleted_at < ?`, s.now().Add(-database.KnowDeletedTests).UnixMilli())
	})
	return deleted, err
}

// deleteTest deletes one order, and returns how many: 0 if something has happened to it since it was found.
func (t *tx) deleteTest(o database.OldTest, before, now time.Time) (int, error) {
	known, err := t.change(`INSERT INTO deleted_tests (order_id, deleted_at, last_event)
		SELECT order_id, $2, $3 FROM (`+database.OldTests+` AND o.order_id = $4)`, before.UnixMilli(), now.UnixMilli(), o.BeyondEvents(), o.OrderID)
	if err != nil || known == 0 {
		return 0, err
	}
	t.orders.drop(o.OrderID)
	return 1, errors.Join(
		t.exec(`DELETE FROM receipts WHERE event_id IN (SELECT event_id FROM journal WHERE order_id = ?)`, o.OrderID),
		t.exec(`DELETE FROM journal WHERE order_id = ?`, o.OrderID),
		t.exec(`DELETE FROM archive WHERE order_id = ?`, o.OrderID),
		t.exec(`DELETE FROM ledger WHERE order_id = ?`, o.OrderID),
		t.exec(`DELETE FROM corrections WHERE order_id = ?`, o.OrderID),
		t.exec(`DELETE FROM complaint_photos WHERE order_id = ?`, o.OrderID),
		t.exec(`DELETE FROM asked WHERE order_id = ?`, o.OrderID),
		t.exec(`DELETE FROM orders WHERE order_id = ?`, o.OrderID),
	)
}
