package postgres

import (
	"context"
	"maps"
	"slices"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/order"
)

// Overdue returns the steps at which deadlines are missed.
func (s *Store) Overdue(ctx context.Context, at time.Time, d database.Deadlines) ([]database.Stuck, error) {
	late, err := s.overdueReceipts(ctx, at, d.Receipts)
	if err != nil {
		return nil, err
	}
	for _, status := range slices.Sorted(maps.Keys(d.Statuses)) {
		b, err := s.overdueOrders(ctx, status, at.Add(-d.Statuses[status]))
		if err != nil {
			return nil, err
		}
		if b.Count > 0 {
			late = append(late, b)
		}
	}
	return late, nil
}

// firstID is below the id of every event journalled at a time or later.
func firstID(at time.Time) string { return database.FirstEventID(at) + "0000-0000-000000000000" }

// overdueReceipts counts in the index of pending receipts, which is short as long as all is well, and once for all
// subscribers.
func (s *Store) overdueReceipts(ctx context.Context, at time.Time, deadlines map[string]time.Duration) ([]database.Stuck, error) {
	if len(deadlines) == 0 {
		return nil, nil
	}
	before := map[string]string{}
	var subscribers, bounds []string
	for subscriber, longest := range deadlines {
		before[subscriber] = firstID(at.Add(-longest))
		subscribers, bounds = append(subscribers, subscriber), append(bounds, before[subscriber])
	}
	steps, err := s.steps(ctx, `SELECT r.subscriber, count(*)
		FROM receipts r JOIN unnest($1::text[], $2::uuid[]) AS d (subscriber, before) ON r.subscriber = d.subscriber AND r.event_id < d.before
		WHERE r.state = 'pending' GROUP BY r.subscriber ORDER BY r.subscriber`, subscribers, bounds)
	for i, b := range steps {
		if err == nil {
			steps[i].Oldest, err = s.waiting(ctx, `SELECT j.order_id, j.event_id::text, j.time FROM
				(SELECT event_id FROM receipts WHERE state = 'pending' AND subscriber = $1 AND event_id < $2
				ORDER BY event_id LIMIT $3) r JOIN journal j ON j.event_id = r.event_id ORDER BY j.event_id`,
				b.Subscriber, before[b.Subscriber], database.MaxWaiting)
		}
	}
	return steps, err
}

// steps reads how much waits at each subscriber.
func (s *Store) steps(ctx context.Context, sql string, args ...any) ([]database.Stuck, error) {
	return collect(ctx, s, func(row scanner) (b database.Stuck, err error) {
		err = row.Scan(&b.Subscriber, &b.Count)
		return b, err
	}, sql, args...)
}

func (s *Store) overdueOrders(ctx context.Context, status order.Status, before time.Time) (database.Stuck, error) {
	const late = ` FROM orders WHERE status = $1 AND status_at < $2 AND status IN ('PAYMENT_PENDING', 'CREATED', 'IN_REVIEW', 'PLACED', 'STOCKED')`
	b := database.Stuck{Status: status}
	err := s.row(ctx, into(&b.Count), nil, `SELECT count(*)`+late, string(status), before.UnixMilli())
	if err == nil && b.Count > 0 {
		b.Oldest, err = s.waiting(ctx, `SELECT order_id, '', status_at`+late+` ORDER BY status_at LIMIT $3`,
			string(status), before.UnixMilli(), database.MaxWaiting)
	}
	return b, err
}

func (s *Store) waiting(ctx context.Context, sql string, args ...any) ([]database.Waiting, error) {
	return collect(ctx, s, func(row scanner) (w database.Waiting, err error) {
		var since int64
		err = row.Scan(&w.OrderID, &w.EventID, &since)
		w.Since = database.FromMillis(since)
		return w, err
	}, sql, args...)
}
