package sqlite

import (
	"context"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
)

// The conditions of rows that a clock that was ahead has postponed. Each is answered by an index.
var (
	receiptsAhead = `state = 'pending' AND next_try > ?`
	ordersAhead   = queries.UnderWay + ` AND status IN (` + queries.OpenStatuses + `) AND status_at > ?`
	anyAhead      = `SELECT EXISTS (SELECT 1 FROM receipts WHERE ` + receiptsAhead + `)
		OR EXISTS (SELECT 1 FROM orders WHERE ` + ordersAhead + `) OR EXISTS (SELECT 1 FROM rules_readers WHERE until > ?)`
)

// CapWaits makes due what a clock that was ahead has postponed.
func (s *Store) CapWaits(ctx context.Context, at time.Time) error {
	now, slack, longest := at.UnixMilli(), at.Add(database.ClockSlack).UnixMilli(), at.Add(database.LongestWait).UnixMilli()
	var ahead bool
	if err := s.read.QueryRowContext(ctx, anyAhead, longest, slack, longest).Scan(&ahead); err != nil || !ahead {
		return err
	}
	_, err := s.do(ctx, func(t *tx) error {
		t.orders.forget()
		err := t.exec(`UPDATE receipts SET next_try = ? WHERE state = 'pending' AND (event_id, subscriber) IN
			(SELECT event_id, subscriber FROM receipts WHERE `+receiptsAhead+` LIMIT 1000)`, now, longest)
		if err == nil {
			err = t.exec(`UPDATE orders SET status_at = ? WHERE order_id IN (SELECT order_id FROM orders WHERE `+ordersAhead+` LIMIT 1000)`, now, slack)
		}
		if err == nil {
			err = t.exec(`UPDATE rules_readers SET until = ? WHERE until > ?`, now, longest)
		}
		return err
	})
	return err
}
