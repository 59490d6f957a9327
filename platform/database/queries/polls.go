package queries

import (
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/stock"
)

// TakeUnsettled returns orders whose payment is due to be polled.
func (q *Queries) TakeUnsettled(ctx context.Context, before time.Time, share int) ([]order.Order, error) {
	return q.db.TakePolls(ctx, database.Unsettled(before, share))
}

// TakeOpen returns orders that no longer wait for their payment, and whose provider is due to be asked about something.
func (q *Queries) TakeOpen(ctx context.Context, before time.Time, share int) ([]order.Order, error) {
	return q.db.TakePolls(ctx, database.Open(before, share))
}

// Due returns the condition of the orders that p selects; their table has the alias o. The status is part of the text: as an
// argument it might belong to another partial index, and SQLite would plan each time.
func Due(p database.Poll) string {
	switch p.Status {
	case "":
		return `o.unsettled`
	case order.PaymentDeclined:
		return `o.status = 'PAYMENT_DECLINED' AND o.cancel_reason <> ''`
	case order.Placed:
		return `o.status = 'PLACED' AND NOT o.final AND ` + database.MadeHere
	}
	return `o.status = '` + string(p.Status) + `' AND NOT o.final`
}

// TakeDeclined returns orders that were declined without an answer, or cancelled, and whose charge is due to be polled.
func (q *Queries) TakeDeclined(ctx context.Context, after time.Time, share int) ([]order.Order, error) {
	return q.db.TakePolls(ctx, database.Declined(after, q.now(), share))
}

// TakeUnanswered returns orders about which the stockist is due to be asked.
func (q *Queries) TakeUnanswered(ctx context.Context, before time.Time, again time.Duration, limit int) ([]stock.Order, error) {
	due, err := q.db.TakePolls(ctx, database.Unanswered(before, again, limit))
	return database.StockOrders(due), err
}

// TakeReviews returns orders about which a step of their review is due to ask.
func (q *Queries) TakeReviews(ctx context.Context, step string, before time.Time, again time.Duration, limit int) ([]event.OpenReview, error) {
	due, err := q.db.TakePolls(ctx, database.Unreviewed(step, before, again, limit))
	return database.OpenReviews(due), err
}

// PutOff sets the time of an order's next poll, and stores why.
func (q *Queries) PutOff(ctx context.Context, asker string, id int64, until time.Time, why string) error {
	return q.exec(ctx, `INSERT INTO asked (order_id, asker, next_at, times, failure) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (order_id, asker) DO UPDATE SET next_at = excluded.next_at, failure = excluded.failure`, id, asker, until.UnixMilli(), why)
}
