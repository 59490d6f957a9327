package postgres

import (
	"context"
	"fmt"
	"strings"

	"acme.example/webshop/database"
)

// Search returns orders, the newest first. Orders in a status that does not last are found by its index, others by going
// back through the numbers, SearchDepth of them at most.
func (s *Store) Search(ctx context.Context, q database.OrderQuery) (database.Found, error) {
	var newest int64
	if err := s.row(ctx, into(&newest), nil, `SELECT coalesce(max(order_id), 0) FROM orders WHERE order_id < $1`, q.Bound()); err != nil {
		return database.Found{}, err
	}
	q, from := q.Page(newest)
	var where []string
	var args []any
	add := func(condition string, value any) {
		args = append(args, value)
		where = append(where, strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(args))))
	}
	add("o.order_id < ?", q.Below)
	add("o.order_id >= ?", from)
	if q.ID != 0 {
		add("o.order_id = ?", q.ID)
	}
	if q.Customer != "" {
		add("(o.name ILIKE ? OR o.email ILIKE ?)", "%"+likeEscaper.Replace(q.Customer)+"%")
	}
	if q.Status != "" {
		add("o.status = ?", string(q.Status))
	}
	if len(q.Status.Next()) > 0 { // it does not last: few orders have it
		where = append(where, "o.status IN ('PAYMENT_PENDING', 'CREATED', 'IN_REVIEW', 'PLACED', 'STOCKED')")
	}
	if q.Market != "" {
		add("o.market = ?", q.Market)
	}
	orders, err := s.orders(ctx, `SELECT `+orderColumns+` FROM orders o WHERE `+strings.Join(where, " AND ")+
		fmt.Sprintf(` ORDER BY o.order_id DESC LIMIT %d`, q.Limit), args...)
	return q.Answer(orders, from), err
}

// likeEscaper makes a text stand for itself in LIKE.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
