package postgres

import (
	"context"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
)

// notEnded is the condition of the index of orders without a final status.
var notEnded = queries.UnderWay + ` AND status IN (` + queries.OpenStatuses + `)`

// anyAhead reports whether a clock that was ahead has postponed anything. Each part is answered by an index.
var anyAhead = `SELECT EXISTS (SELECT 1 FROM receipts WHERE state = 'pending' AND next_try > $1)
	OR EXISTS (SELECT 1 FROM orders WHERE ` + notEnded + ` AND status_at > $2) OR EXISTS (SELECT 1 FROM rules_readers WHERE until > $1)`

// CapWaits makes due what a clock that was ahead has postponed. Locked rows are in work, and left for the next time.
func (s *Store) CapWaits(ctx context.Context, at time.Time) error {
	now, slack, longest := at.UnixMilli(), at.Add(database.ClockSlack).UnixMilli(), at.Add(database.LongestWait).UnixMilli()
	var ahead bool
	if err := s.row(ctx, into(&ahead), nil, anyAhead, longest, slack); err != nil || !ahead {
		return err
	}
	_, err := s.count(ctx, `UPDATE receipts SET next_try = $1 WHERE (event_id, subscriber) IN (SELECT event_id, subscriber FROM receipts
		WHERE state = 'pending' AND next_try > $2 LIMIT 1000 FOR UPDATE SKIP LOCKED)`, now, longest)
	if err == nil {
		_, err = s.count(ctx, `UPDATE orders SET status_at = $1 WHERE order_id IN (SELECT order_id FROM orders
			WHERE `+notEnded+` AND status_at > $2 LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED)`, now, slack)
	}
	if err == nil {
		_, err = s.count(ctx, `UPDATE rules_readers SET until = $1 WHERE until > $2`, now, longest)
	}
	return err
}
