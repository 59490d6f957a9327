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

// lateOrders selects the numbers of orders that may be taken: those whose turn it is, of each payment provider its share.
func lateOrders(l database.Late) string {
	which := queries.UnderWay
	switch l.Status {
	case order.PaymentDeclined:
		which = `status = 'PAYMENT_DECLINED' AND cancel_reason = 'not-confirmed'`
	case order.Placed:
		which += ` AND ` + database.MadeHere
	}
	return fmt.Sprintf(lateOrdersOf, which)
}

var lateOrdersOf = `SELECT order_id FROM (
	SELECT o.order_id, coalesce(a.next_at, o.status_at) AS since, row_number() OVER (
		PARTITION BY CASE WHEN $2 LIKE 'PAYMENT_%%' THEN o.payment_provider END ORDER BY coalesce(a.next_at, o.status_at)) AS place
	FROM orders o LEFT JOIN asked a ON a.order_id = o.order_id AND a.asker = $1
	WHERE o.status = $2 AND %s AND o.status_at < $3 AND o.status_at > $7 AND (a.next_at IS NULL OR a.next_at <= $4 OR a.next_at > $5)
		AND ($2 <> 'IN_REVIEW' OR ` + queries.SQLite.AwaitsStep + `))
	WHERE place <= $6 ORDER BY since`

// Take returns late orders and puts each off.
func (s db) Take(ctx context.Context, l database.Late) (taken []order.Order, err error) {
	now := s.now()
	ids, err := collect(ctx, s.read, func(row scanner) (id int64, err error) { return id, row.Scan(&id) },
		lateOrders(l), l.Asker, l.Status, l.Before.UnixMilli(), now.UnixMilli(), now.Add(l.Longest).UnixMilli(), l.Share, l.After.UnixMilli())
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		taken = nil // it may be run again
		for _, id := range ids {
			o, mine, err := t.takeOne(l, id, now)
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

// takeOne puts an order off, unless another caller has, or it has moved on.
func (t *tx) takeOne(l database.Late, id int64, now time.Time) (o order.Order, mine bool, err error) {
	if err := t.load(id, &o); err != nil || o.Status != l.Status {
		return o, false, ignore(err, fault.NotFound)
	}
	var next int64
	var times int
	err = t.row(`SELECT coalesce(max(next_at), 0), coalesce(max(times), 0) FROM asked WHERE order_id = ? AND asker = ?`, id, l.Asker).Scan(&next, &times)
	if err != nil || next > now.UnixMilli() && next <= now.Add(l.Longest).UnixMilli() {
		return o, false, err
	}
	return o, true, t.exec(`INSERT INTO asked (order_id, asker, next_at, times) VALUES (?, ?, ?, 1)
		ON CONFLICT (order_id, asker) DO UPDATE SET next_at = excluded.next_at, times = times + 1, failure = ''`,
		id, l.Asker, now.Add(l.Wait(times)).UnixMilli())
}

// ignore drops an error of a kind.
func ignore(err error, code fault.Code) error {
	if fault.CodeOf(err) == code {
		return nil
	}
	return err
}
