package queries

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// OldestDue returns the earliest time at which a pending receipt is due.
func (q *Queries) OldestDue(ctx context.Context) (time.Time, error) {
	first, err := one(ctx, q, value[int64], nil, `SELECT coalesce(min(next_try), 0) FROM receipts WHERE state = 'pending'`)
	return database.FromMillis(first), err
}

// Overdue returns the steps whose deadlines are missed.
func (q *Queries) Overdue(ctx context.Context, at time.Time, d database.Deadlines) ([]database.Stuck, error) {
	receipts, err := q.overdueReceipts(ctx, at, d.Receipts)
	if err != nil {
		return nil, err
	}
	orders, err := q.overdueOrders(ctx, at, d.Statuses)
	return append(receipts, orders...), err
}

// overdueReceipts counts by the index of pending receipts, which is normally short, once for all subscribers. By itself,
// SQLite might read all receipts ever made, by their event ids.
func (q *Queries) overdueReceipts(ctx context.Context, at time.Time, deadlines map[string]time.Duration) ([]database.Stuck, error) {
	if len(deadlines) == 0 {
		return nil, nil
	}
	before, late, args := map[string]string{}, []string{}, []any{""} // the first will be the latest of the bounds
	for _, subscriber := range slices.Sorted(maps.Keys(deadlines)) {
		bound := database.FirstEventID(at.Add(-deadlines[subscriber]))
		late = append(late, fmt.Sprintf("subscriber = $%d AND event_id < $%d", len(args)+1, len(args)+2))
		args = append(args, subscriber, bound)
		args[0], before[subscriber] = max(args[0].(string), bound), bound
	}
	steps, err := q.steps(ctx, `SELECT subscriber, count(*) FROM receipts INDEXED BY receipts_pending
		WHERE state = 'pending' AND event_id < $1 AND (`+strings.Join(late, " OR ")+`) GROUP BY subscriber ORDER BY subscriber`, args...)
	for i, b := range steps {
		if err == nil {
			steps[i].Oldest, err = q.waiting(ctx, `SELECT j.order_id, j.event_id, j.time FROM
				(SELECT event_id FROM receipts INDEXED BY receipts_pending WHERE state = 'pending' AND subscriber = $1 AND event_id < $2
				ORDER BY event_id LIMIT $3) r JOIN journal j ON j.event_id = r.event_id ORDER BY j.event_id`,
				b.Subscriber, before[b.Subscriber], database.MaxWaiting)
		}
	}
	return steps, err
}

// lateIn selects from the orders that have been in a status for too long. The status stands in the text: as an argument it could be
// that of another partial index, so that SQLite would plan anew each time.
func lateIn(status order.Status, before int) string {
	since := `status_at < $%[2]d AND pay_until < $%[2]d`
	if status == order.DeliveryBooked {
		since = `delivery_time < $%[2]d` // there may be many, booked for weeks ahead: the index is by their time
	}
	return fmt.Sprintf(` FROM orders WHERE status = '%[1]s' AND `+since+` AND `+UnderWay, status, before)
}

// waitsSince is the time from which an order's deadline counts.
func waitsSince(status order.Status) string {
	if status == order.DeliveryBooked {
		return `delivery_time`
	}
	return `status_at`
}

// overdueOrders counts once for all statuses, each in its part of the index of open orders.
func (q *Queries) overdueOrders(ctx context.Context, at time.Time, deadlines map[order.Status]time.Duration) ([]database.Stuck, error) {
	counts, args := []string{}, []any{}
	for _, status := range slices.Sorted(slices.Values(order.OpenStatuses())) {
		if longest, limited := deadlines[status]; limited {
			args = append(args, at.Add(-longest).UnixMilli())
			counts = append(counts, fmt.Sprintf(`SELECT '%s' AS status, count(*) AS late`, status)+lateIn(status, len(args)))
		}
	}
	if len(args) == 0 {
		return nil, nil
	}
	late, err := all(ctx, q, func(row Row) (b database.Stuck, err error) {
		err = row.Scan(&b.Status, &b.Count)
		return b, err
	}, `SELECT status, late FROM (`+strings.Join(counts, " UNION ALL ")+`) l WHERE late > 0 ORDER BY status`, args...)
	for i, b := range late {
		if err == nil {
			late[i].Oldest, err = q.waiting(ctx, `SELECT order_id, '', `+waitsSince(b.Status)+lateIn(b.Status, 1)+` ORDER BY 3 LIMIT $2`,
				at.Add(-deadlines[b.Status]).UnixMilli(), database.MaxWaiting)
		}
	}
	return late, err
}

// HeldPayments returns orders that wait for their payment and were postponed with a reason.
func (q *Queries) HeldPayments(ctx context.Context, limit int) ([]database.Waiting, error) {
	return q.waiting(ctx, `SELECT o.order_id, '', o.status_at FROM asked a JOIN orders o ON o.order_id = a.order_id
		WHERE a.failure <> '' AND a.asker = $1 AND o.status = 'PAYMENT_PENDING' ORDER BY o.status_at LIMIT $2`, order.Poller, limit)
}

// HeldRefunds returns the other orders whose refunds, or further payments, were postponed with a reason.
func (q *Queries) HeldRefunds(ctx context.Context, limit int) ([]database.Waiting, error) {
	return q.waiting(ctx, `SELECT o.order_id, '', o.status_at FROM asked a JOIN orders o ON o.order_id = a.order_id
		WHERE a.failure <> '' AND a.asker = $1 AND o.unsettled ORDER BY o.status_at LIMIT $2`, order.OpenPoller, limit)
}

// Disputed returns orders whose money the customer's bank has taken back, while the shop may answer.
func (q *Queries) Disputed(ctx context.Context, limit int) ([]database.Waiting, error) {
	return q.waiting(ctx, `SELECT order_id, '', status_at FROM orders WHERE disputed ORDER BY status_at LIMIT $1`, limit)
}

// Complaining returns orders with a complaint that waits for its answer.
func (q *Queries) Complaining(ctx context.Context, before time.Time, limit int) ([]database.Waiting, error) {
	return q.waiting(ctx, `SELECT order_id, '', complains_since FROM orders WHERE complains_since > 0 AND complains_since < $1
		ORDER BY complains_since LIMIT $2`, before.UnixMilli(), limit)
}

// Bounced returns orders whose customers do not hear of us since after a time.
func (q *Queries) Bounced(ctx context.Context, after time.Time, limit int) ([]database.Waiting, error) {
	return q.waiting(ctx, `SELECT order_id, '', bounced_since FROM orders WHERE bounced_since > 0 AND bounced_since > $1
		ORDER BY bounced_since LIMIT $2`, after.UnixMilli(), limit)
}

// DoubtfulPayments returns orders that wait for their payment, except those of HeldPayments.
func (q *Queries) DoubtfulPayments(ctx context.Context, before time.Time, limit int) ([]database.Waiting, error) {
	return q.waiting(ctx, `SELECT o.order_id, '', o.status_at FROM orders o WHERE o.status = 'PAYMENT_PENDING' AND o.status_at < $1 AND o.pay_until < $1
		AND NOT EXISTS (SELECT 1 FROM asked a WHERE a.order_id = o.order_id AND a.asker = $2 AND a.failure <> '')
		ORDER BY o.status_at LIMIT $3`, before.UnixMilli(), order.Poller, limit)
}

// steps reads how many receipts wait at each subscriber.
func (q *Queries) steps(ctx context.Context, sql string, args ...any) ([]database.Stuck, error) {
	return all(ctx, q, func(row Row) (b database.Stuck, err error) {
		err = row.Scan(&b.Subscriber, &b.Count)
		return b, err
	}, sql, args...)
}

func (q *Queries) waiting(ctx context.Context, sql string, args ...any) ([]database.Waiting, error) {
	return all(ctx, q, scanWaiting, sql, args...)
}

func scanWaiting(row Row) (w database.Waiting, err error) {
	err = row.Scan(&w.OrderID, &w.EventID, (*database.Millis)(&w.Since))
	return w, err
}
