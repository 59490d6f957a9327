package sqlite

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
	"acme.example/webshop/platform/fault"
)

// dueOrders selects the numbers of the orders that are due, for each payment provider at most its share.
func dueOrders(p database.Poll) string {
	which, share := queries.Due(p), `''`
	switch p.Status {
	case order.PaymentDeclined, order.PaymentPending, "":
		share = `o.payment_provider`
	case order.InReview:
		which += ` AND ` + queries.SQLite.AwaitsStep
	}
	return fmt.Sprintf(dueOrdersOf, share, which)
}

const dueOrdersOf = `SELECT order_id FROM (
	SELECT o.order_id, coalesce(a.next_at, o.status_at) AS since,
		row_number() OVER (PARTITION BY %s ORDER BY coalesce(a.next_at, o.status_at)) AS place
	FROM orders o LEFT JOIN asked a ON a.order_id = o.order_id AND a.asker = $1
	WHERE %s AND o.status_at < $2 AND o.status_at > $3 AND (a.next_at IS NULL OR a.next_at <= $4 OR a.next_at > $5))
	WHERE place <= $6 ORDER BY since`

// TakePolls returns the orders that are due and reschedules each.
func (s db) TakePolls(ctx context.Context, p database.Poll) (taken []order.Order, err error) {
	now := s.now()
	ids, err := collect(ctx, s.read, func(row scanner) (id int64, err error) { return id, row.Scan(&id) },
		dueOrders(p), p.Poller, p.Before.UnixMilli(), p.After.UnixMilli(), now.UnixMilli(), now.Add(p.Longest).UnixMilli(), p.Share)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		taken = nil // the job may run again
		for _, id := range ids {
			o, mine, err := t.reschedule(p, id, now)
			if err != nil {
				return err
			}
			if mine {
				taken = append(taken, o)
			}
		}
		return nil
	})
	return taken, err
}

// reschedule sets an order's next poll, unless another caller has done so or the order has another status by now.
func (t *tx) reschedule(p database.Poll, id int64, now time.Time) (o order.Order, mine bool, err error) {
	if err := t.load(id, &o); err != nil || !p.Selects(o) {
		return o, false, ignore(err, fault.NotFound)
	}
	var next int64
	var times int
	err = t.row(`SELECT coalesce(max(next_at), 0), coalesce(max(times), 0) FROM asked WHERE order_id = ? AND asker = ?`, id, p.Poller).Scan(&next, &times)
	if err != nil || next > now.UnixMilli() && next <= now.Add(p.Longest).UnixMilli() {
		return o, false, err
	}
	return o, true, t.exec(`INSERT INTO asked (order_id, asker, next_at, times) VALUES (?, ?, ?, 1)
		ON CONFLICT (order_id, asker) DO UPDATE SET next_at = excluded.next_at, times = times + 1, failure = ''`,
		id, p.Poller, now.Add(p.Wait(times)).UnixMilli())
}

// ignore drops errors of a kind.
func ignore(err error, code fault.Code) error {
	if fault.CodeOf(err) == code {
		return nil
	}
	return err
}
