package queries

import (
	"context"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// CorrectionsOf returns what stood in an order before it was corrected, oldest first.
func (q *Queries) CorrectionsOf(ctx context.Context, id int64) ([]order.Correction, error) {
	return all(ctx, q, func(row Row) (c order.Correction, err error) {
		return c, database.Corrected.Scan(row, &c)
	}, `SELECT `+database.Corrected.Names("")+` FROM corrections WHERE order_id = $1 ORDER BY number`, id)
}

// OrdersOfPerson returns orders of a person among the numbers from one on.
func (q *Queries) OrdersOfPerson(ctx context.Context, p database.Person, from int64, limit int) (found []order.Order, next int64, err error) {
	newest, err := one(ctx, q, value[int64], nil, `SELECT coalesce(max(order_id), 0) FROM orders`)
	if err != nil {
		return nil, 0, err
	}
	end := from + database.SearchDepth
	found, err = all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.order_id >= $1 AND o.order_id < $2
		AND ($3 <> '' AND lower(o.email) = lower($3) OR $4 <> '' AND o.phone = $4) ORDER BY o.order_id LIMIT $5`, from, end, p.Email, p.Phone, limit)
	switch {
	case err == nil && len(found) == limit:
		next = found[limit-1].ID + 1
	case end <= newest:
		next = end
	}
	return found, next, err
}

// EndedOrders returns orders that have ended before a time and still have personal data, among the numbers from one on.
func (q *Queries) EndedOrders(ctx context.Context, from int64, before time.Time, limit int) (found []order.Order, next int64, err error) {
	var first, newest int64
	_, err = one(ctx, q, func(row Row) (int64, error) { return 0, row.Scan(&first, &newest) }, nil,
		`SELECT coalesce(min(order_id), 0), coalesce(max(order_id), 0) FROM orders WHERE order_id >= $1`, from)
	if err != nil || first == 0 {
		return nil, 0, err
	}
	next = first + database.RetentionDepth
	found, err = all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.order_id >= $1 AND o.order_id < $2 AND o.final AND o.status_at < $3
		AND (o.name <> '' OR o.email <> '' OR o.phone <> '' OR o.street <> '' OR o.city <> '') ORDER BY o.order_id LIMIT $4`, first, next, before.UnixMilli(), limit)
	switch {
	case err == nil && len(found) == limit:
		next = found[limit-1].ID + 1
	case next > newest:
		next = 0
	}
	return found, next, err
}

// Erasures returns which orders are erased, by number.
func (q *Queries) Erasures(ctx context.Context, from int64, limit int) ([]database.Erasure, error) {
	return all(ctx, q, func(row Row) (e database.Erasure, err error) {
		return e, row.Scan(&e.OrderID, &e.Unique, (*database.Millis)(&e.At))
	}, `SELECT e.order_id, o.unique_part, e.at FROM erasures e JOIN orders o ON o.order_id = e.order_id WHERE e.order_id >= $1 ORDER BY e.order_id LIMIT $2`, from, limit)
}

// Scrub takes personal data out of the events of an order that is corrected or erased, in the journal and in the archive. Events of this
// release have none in the first place.
func (q *Queries) Scrub(ctx context.Context, id int64, errors bool) error {
	kept, err := q.Journalled(ctx, id)
	if err != nil {
		return err
	}
	after, _, err := database.Archived{OrderID: id, History: kept}.Scrubbed(false)
	for i, env := range after.History {
		if err == nil && string(env.Data) != string(kept[i].Data) {
			err = q.exec(ctx, `UPDATE journal SET data = $1 WHERE event_id = $2`, string(env.Data), env.ID)
		}
	}
	if err != nil {
		return err
	}
	return q.scrubArchive(ctx, id, errors)
}

func (q *Queries) scrubArchive(ctx context.Context, id int64, errors bool) error {
	was, err := q.archived(ctx, id)
	if err != nil || len(was.History) == 0 {
		return err
	}
	after, differs, err := was.Scrubbed(errors)
	if err != nil || !differs {
		return err
	}
	packed, err := after.Pack()
	if err != nil {
		return err
	}
	return q.exec(ctx, `UPDATE archive SET history = $1 WHERE order_id = $2`, packed, id)
}
