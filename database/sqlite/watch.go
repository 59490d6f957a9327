package sqlite

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// Overdue returns what is past its deadline.
func (s *Store) Overdue(ctx context.Context, at time.Time, limits map[order.Status]time.Duration, limit int) ([]database.Overdue, error) {
	var all []database.Overdue
	for _, sub := range event.Subscriptions {
		late, err := s.overdueReceipts(ctx, sub, at, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, late...)
	}
	for status, longest := range limits {
		late, err := s.overdueOrders(ctx, status, at.Add(-longest), limit)
		if err != nil {
			return nil, err
		}
		all = append(all, late...)
	}
	return all[:min(len(all), limit)], nil
}

func (s *Store) overdueReceipts(ctx context.Context, sub event.Subscription, at time.Time, limit int) ([]database.Overdue, error) {
	return collect(ctx, s.read, func(row scanner) (o database.Overdue, err error) {
		var since int64
		err = row.Scan(&o.OrderID, &o.Subscriber, &o.EventID, &since, &o.LastError)
		o.Since = fromMillis(since)
		return o, err
	}, `SELECT j.order_id, r.subscriber, r.event_id, j.time, r.last_error FROM receipts r JOIN journal j ON j.event_id = r.event_id
		WHERE r.state = 'pending' AND r.subscriber = ? AND r.event_id < ? LIMIT ?`,
		sub.Subscriber, database.FirstEventID(at.Add(-sub.Deadline)), limit)
}

func (s *Store) overdueOrders(ctx context.Context, status order.Status, before time.Time, limit int) ([]database.Overdue, error) {
	return collect(ctx, s.read, func(row scanner) (o database.Overdue, err error) {
		var since int64
		err = row.Scan(&o.OrderID, &o.Status, &since)
		o.Since = fromMillis(since)
		return o, err
	}, `SELECT order_id, status, status_at FROM orders WHERE status = ? AND status_at < ?
		AND status IN ('PAYMENT_PENDING', 'CREATED', 'PLACED', 'STOCKED') LIMIT ?`, status, before.UnixMilli(), limit)
}

// Counts tells how many orders and receipts there are.
func (s *Store) Counts(ctx context.Context) (database.Counts, error) {
	type count struct {
		of string
		n  int
	}
	counts := database.Counts{Orders: map[order.Status]int{}}
	rows, err := collect(ctx, s.read, func(row scanner) (c count, err error) {
		err = row.Scan(&c.of, &c.n)
		return c, err
	}, `SELECT status, count(*) FROM orders GROUP BY status
		UNION ALL SELECT 'pending', count(*) FROM receipts WHERE state = 'pending'
		UNION ALL SELECT 'parked', count(*) FROM receipts WHERE state = 'parked'`)
	for _, c := range rows {
		switch c.of {
		case "pending":
			counts.Pending = c.n
		case "parked":
			counts.Parked = c.n
		default:
			counts.Orders[order.Status(c.of)] = c.n
		}
	}
	return counts, err
}

// PruneClaims forgets claims that have expired.
func (s *Store) PruneClaims(ctx context.Context, at time.Time) error {
	_, err := s.do(ctx, func(t *tx) error {
		return t.exec(`DELETE FROM claims WHERE key IN (SELECT c.key FROM claims c JOIN orders o ON o.order_id = c.order_id
			WHERE c.expires_at <= ? AND o.status <> 'PAYMENT_PENDING' LIMIT 1000)`, at.UnixMilli())
	})
	return err
}
