package queries

import (
	"cmp"
	"context"
	"slices"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/platform/database"
)

// Booking returns the order as delivery sees it.
func (q *Queries) Booking(ctx context.Context, orderID int64) (delivery.Booking, error) {
	o, err := q.Order(ctx, orderID)
	return database.BookingOf(o), err
}

// Booked counts the bookings of a market's slots.
func (q *Queries) Booked(ctx context.Context, market string, from time.Time) (map[time.Time]int, error) {
	type slot struct {
		start  time.Time
		booked int
	}
	slots, err := all(ctx, q, func(row Row) (s slot, err error) {
		err = row.Scan((*database.Millis)(&s.start), &s.booked)
		return s, err
	}, `SELECT starts_at, booked FROM slots WHERE market = $1 AND starts_at >= $2`, market, from.UnixMilli())
	booked := map[time.Time]int{}
	for _, s := range slots {
		booked[s.start] = s.booked
	}
	return booked, err
}

// Sale returns an order as finance sees it.
func (q *Queries) Sale(ctx context.Context, orderID int64) (finance.Sale, error) {
	o, err := q.Order(ctx, orderID)
	if err != nil {
		return finance.Sale{}, err
	}
	sale := finance.Sale{OrderID: o.ID, Ref: o.Ref(), Amount: o.Total, CatalogTotal: o.CatalogTotal(), Test: o.TestID != 0}
	sale.Placed, err = one(ctx, q, value[bool], nil, `SELECT EXISTS (SELECT 1 FROM journal WHERE order_id = $1 AND type = $2)`,
		orderID, string(event.TypeOrderPlaced))
	if err == nil && !sale.Placed {
		var a database.Archived
		a, err = q.archived(ctx, orderID)
		sale.Placed = a.Has(event.TypeOrderPlaced)
	}
	if err != nil || !sale.Placed {
		return sale, err
	}
	sale.TakenBack, err = all(ctx, q, scanPart, `SELECT kind, amount FROM ledger WHERE order_id = $1 AND kind LIKE 'reversal.%' AND author = ''`, orderID)
	slices.SortFunc(sale.TakenBack, func(a, b finance.Part) int { return cmp.Compare(a.Refund, b.Refund) })
	return sale, err
}

func scanPart(row Row) (p finance.Part, err error) {
	var kind finance.Kind
	err = row.Scan(&kind, &p.Minor)
	_, p.Refund = kind.Parted()
	return p, err
}

// OpenReviews returns orders that wait for a step of their review.
func (q *Queries) OpenReviews(ctx context.Context, step string, before time.Time, limit int) ([]event.OpenReview, error) {
	open, err := all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.status = 'IN_REVIEW' AND o.status_at < $2
		AND `+q.dialect.AwaitsStep+` ORDER BY o.status_at LIMIT $3`, step, before.UnixMilli(), limit)
	return database.OpenReviews(open), err
}
