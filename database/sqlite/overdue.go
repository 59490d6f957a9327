package sqlite

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// OldestDue returns when the first of the pending receipts is due.
func (s *Store) OldestDue(ctx context.Context) (time.Time, error) {
	var first int64
	err := s.read.QueryRowContext(ctx, `SELECT coalesce(min(next_try), 0) FROM receipts WHERE state = 'pending'`).Scan(&first)
	if err != nil || first == 0 {
		return time.Time{}, err
	}
	return database.FromMillis(first), nil
}

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

// overdueReceipts counts in the index of pending receipts, which is short as long as all is well, and once for all
// subscribers. Left to itself, SQLite could read all receipts that there ever were, by their event ids.
func (s *Store) overdueReceipts(ctx context.Context, at time.Time, deadlines map[string]time.Duration) ([]database.Stuck, error) {
	if len(deadlines) == 0 {
		return nil, nil
	}
	before, late, args := map[string]string{}, []string{}, []any{""} // the first is to be the latest of the bounds
	for subscriber, longest := range deadlines {
		before[subscriber] = database.FirstEventID(at.Add(-longest))
		late = append(late, "subscriber = ? AND event_id < ?")
		args = append(args, subscriber, before[subscriber])
		args[0] = max(args[0].(string), before[subscriber])
	}
	steps, err := s.steps(ctx, `SELECT subscriber, count(*) FROM receipts INDEXED BY receipts_pending
		WHERE state = 'pending' AND event_id < ? AND (`+strings.Join(late, " OR ")+`) GROUP BY subscriber`, args...)
	for i, b := range steps {
		if err == nil {
			steps[i].Oldest, err = s.waiting(ctx, `SELECT j.order_id, j.event_id, j.time FROM
				(SELECT event_id FROM receipts INDEXED BY receipts_pending WHERE state = 'pending' AND subscriber = ? AND event_id < ?
				ORDER BY event_id LIMIT ?) r JOIN journal j ON j.event_id = r.event_id ORDER BY j.event_id`,
				b.Subscriber, before[b.Subscriber], database.MaxWaiting)
		}
	}
	return steps, err
}

// steps reads how much waits at each subscriber.
func (s *Store) steps(ctx context.Context, query string, args ...any) ([]database.Stuck, error) {
	return collect(ctx, s.read, func(row scanner) (b database.Stuck, err error) {
		err = row.Scan(&b.Subscriber, &b.Count)
		return b, err
	}, query, args...)
}

func (s *Store) overdueOrders(ctx context.Context, status order.Status, before time.Time) (database.Stuck, error) {
	const late = ` FROM orders WHERE status = ? AND status_at < ? 
		AND ` + underWay
	b := database.Stuck{Status: status}
	err := s.read.QueryRowContext(ctx, `SELECT count(*)`+late, status, before.UnixMilli()).Scan(&b.Count)
	if err == nil && b.Count > 0 {
		b.Oldest, err = s.waiting(ctx, `SELECT order_id, '', status_at`+late+` ORDER BY status_at LIMIT ?`,
			status, before.UnixMilli(), database.MaxWaiting)
	}
	return b, err
}

func (s *Store) waiting(ctx context.Context, query string, args ...any) ([]database.Waiting, error) {
	return collect(ctx, s.read, func(row scanner) (w database.Waiting, err error) {
		var since int64
		err = row.Scan(&w.OrderID, &w.EventID, &since)
		w.Since = database.FromMillis(since)
		return w, err
	}, query, args...)
}

// Hurry makes receipts due at once.
func (s *Store) Hurry(ctx context.Context, receipts []*event.Receipt) error {
	now := s.now().UnixMilli()
	_, err := s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		for _, r := range receipts {
			if err := t.exec(`UPDATE receipts SET next_try = ? WHERE event_id = ? AND subscriber = ? AND state = 'pending'
				AND attempts = 0 AND next_try > ?`, now, r.EventID, r.Subscriber, now); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// Parked returns the dead letters of each subscriber.
func (s *Store) Parked(ctx context.Context) ([]database.Stuck, error) {
	parked, err := s.steps(ctx, `SELECT subscriber, count(*) FROM receipts INDEXED BY receipts_parked
		WHERE state = 'parked' GROUP BY subscriber`)
	for i, b := range parked {
		if err == nil {
			parked[i].Oldest, err = s.waiting(ctx, `SELECT j.order_id, j.event_id, r.changed_at FROM
				(SELECT event_id, changed_at FROM receipts INDEXED BY receipts_parked WHERE state = 'parked' AND subscriber = ?
				ORDER BY changed_at LIMIT ?) r JOIN journal j ON j.event_id = r.event_id ORDER BY r.changed_at`,
				b.Subscriber, database.MaxWaiting)
		}
	}
	return parked, err
}

// ReplayAll makes dead letters of a subscriber due again at once.
func (s *Store) ReplayAll(ctx context.Context, subscriber string, limit int) (replayed int, err error) {
	now := s.now().UnixMilli()
	_, err = s.do(ctx, func(t *tx) error {
		n, err := t.change(`UPDATE receipts SET state = 'pending', attempts = 0, sends = max(sends, 1), next_try = ?, changed_at = ?
			WHERE state = 'parked' AND (event_id, subscriber) IN (SELECT event_id, subscriber FROM receipts INDEXED BY receipts_parked
				WHERE state = 'parked' AND subscriber = ? ORDER BY changed_at LIMIT ?)`, now, now, subscriber, limit)
		replayed = int(n)
		t.waits(subscriber, replayed)
		return err
	})
	return replayed, err
}
