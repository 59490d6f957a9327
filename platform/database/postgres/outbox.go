package postgres

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
)

// TakeDue returns due receipts and postpones each by its lease. Many relays may call it at once: each skips the rows of
// the others, and none waits. The limit is part of the text, so that the server plans for few rows.
func (s *Store) TakeDue(ctx context.Context, at time.Time, lease time.Duration, limit int) ([]database.Due, error) {
	return changed(ctx, s, func(row scanner) (d database.Due, err error) {
		err = database.ScanEvent(row, &d.Envelope, &d.Subscriber, &d.Send, &d.Attempts)
		return d, err
	}, fmt.Sprintf(`WITH due AS (
			SELECT event_id, subscriber, next_try FROM receipts WHERE state = 'pending' AND next_try <= $1
			ORDER BY next_try LIMIT %d FOR UPDATE SKIP LOCKED),
		taken AS (
			UPDATE receipts r SET sends = r.sends + 1, next_try = $1 + ($2::bigint << least(greatest(r.sends - r.attempts, 0), %d))
			FROM due d WHERE r.event_id = d.event_id AND r.subscriber = d.subscriber
			RETURNING r.event_id, r.subscriber, r.sends, r.attempts, d.next_try)
		SELECT `+database.Events+`, t.subscriber, t.sends, t.attempts FROM taken t JOIN journal j ON j.event_id = t.event_id
		JOIN orders o ON o.order_id = j.order_id ORDER BY t.next_try, j.seq`, limit, database.MaxDoublings), at.UnixMilli(), lease.Milliseconds())
}

// endLeases ends the leases of some receipts, and returns how many, and the latest due time. Locked receipts are in work,
// or another relay ends their leases.
var endLeases = fmt.Sprintf(`WITH leased AS (
		SELECT event_id, subscriber, next_try FROM receipts WHERE state = 'pending' AND next_try >= $2
			AND (sends <> attempts OR attempts = 0 AND next_try > $1)
		ORDER BY next_try LIMIT %d FOR UPDATE SKIP LOCKED),
	ended AS (
		UPDATE receipts r SET sends = r.attempts,
			next_try = CASE WHEN r.attempts = 0 OR r.sends > r.attempts THEN least(r.next_try, $1) ELSE r.next_try END
		FROM leased l WHERE r.event_id = l.event_id AND r.subscriber = l.subscriber)
	SELECT count(*), coalesce(max(next_try), 0) FROM leased`, database.ReleaseBatch)

// ExpireLeases ends all leases. A receipt is on a lease, not on a back-off, if it was sent more often than it failed. It
// goes by due time: a receipt that another relay takes meanwhile is behind that point, or released once more as the same
// message.
func (s *Store) ExpireLeases(ctx context.Context) error {
	now := s.now().UnixMilli()
	for from := int64(0); ; {
		var ended int
		all, err := changed(ctx, s, func(row scanner) (until int64, err error) { return until, row.Scan(&ended, &until) }, endLeases, now, from)
		if err != nil || ended < database.ReleaseBatch {
			return err
		}
		from = all[0]
	}
}

// MakeDue makes receipts due at once. Locked receipts are in work.
func (s *Store) MakeDue(ctx context.Context, receipts []*event.Receipt) error {
	var ids, subscribers []string
	for _, r := range receipts {
		ids, subscribers = append(ids, queries.EventID(r.EventID)), append(subscribers, r.Subscriber)
	}
	_, err := s.count(ctx, `WITH late AS (
			SELECT r.event_id, r.subscriber FROM unnest($2::uuid[], $3::text[]) AS l (event_id, subscriber)
			JOIN receipts r ON r.event_id = l.event_id AND r.subscriber = l.subscriber
			WHERE r.state = 'pending' AND r.attempts = 0 AND r.next_try > $1 FOR UPDATE OF r SKIP LOCKED)
		UPDATE receipts r SET next_try = $1 FROM late l WHERE r.event_id = l.event_id AND r.subscriber = l.subscriber`,
		s.now().UnixMilli(), ids, subscribers)
	return err
}

// markFinal marks orders as final that were moved by a program that does not know the column; it did not know tracked orders either.
var markFinal = fmt.Sprintf(`UPDATE orders SET final = true WHERE order_id IN (SELECT order_id FROM orders
	WHERE NOT final AND (status IN (%s) OR status = 'DELIVERY_BOOKED' AND terms NOT LIKE '%%"tracked":true%%') LIMIT %d FOR NO KEY UPDATE SKIP LOCKED)`, queries.FinalStatuses, database.PruneBatch)

// Prune deletes expired idempotency keys, and the polling schedules of orders that have left the polled status.
func (s *Store) Prune(ctx context.Context, at time.Time) (int, error) {
	if _, err := s.count(ctx, markFinal); err != nil {
		return 0, err
	}
	claims, err := s.count(ctx, fmt.Sprintf(`DELETE FROM claims WHERE key IN (SELECT c.key FROM claims c WHERE c.expires_at <= $1
		AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = c.order_id AND o.status = 'PAYMENT_PENDING')
		LIMIT %d FOR UPDATE OF c SKIP LOCKED)`, database.PruneBatch), at.UnixMilli())
	if err != nil {
		return 0, err
	}
	asked, err := s.count(ctx, fmt.Sprintf(`DELETE FROM asked WHERE (order_id, asker) IN (SELECT order_id, asker FROM asked a WHERE NOT EXISTS
		(SELECT 1 FROM orders o WHERE o.order_id = a.order_id AND (o.unsettled OR o.status IN ('PAYMENT_PENDING', 'IN_REVIEW', 'PLACED')
			OR o.status = 'PAYMENT_DECLINED' AND o.status_at > $1 AND a.asker = $2))
		LIMIT %d FOR UPDATE OF a SKIP LOCKED)`, database.PruneBatch), at.Add(-order.LateFor).UnixMilli(), order.LatePoller)
	return int(max(claims, asked)), err
}
