package sqlite

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
	if err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(order_id), 0) FROM orders WHERE order_id < ?`, q.Bound()).Scan(&newest); err != nil {
		return database.Found{}, fmt.Errorf("sqlite: search: %w", err)
	}
	q, from := q.Page(newest)
	query, args := searched(q, from)
	orders, err := s.orders(ctx, query, args...)
	return q.Answer(orders, from), err
}

// searched writes a search in SQL.
func searched(q database.OrderQuery, from int64) (query string, args []any) {
	table, where := "orders", []string{"order_id < ?", "order_id >= ?"}
	args = []any{q.Below, from}
	add := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	if q.Status != "" {
		add("status = ?", q.Status)
	}
	switch {
	case q.ID != 0:
		add("order_id = ?", q.ID)
	case len(q.Status.Next()) > 0: // it does not last: few orders have it
		table = "orders INDEXED BY orders_open"
		add(underWay)
	}
	if q.Customer != "" {
		like := "%" + likeEscaper.Replace(q.Customer) + "%"
		add(`(name LIKE ? ESCAPE '\' OR email LIKE ? ESCAPE '\')`, like, like)
	}
	if q.Market != "" {
		add("market = ?", q.Market)
	}
	return `SELECT ` + orderColumns + ` FROM ` + table + ` WHERE ` + strings.Join(where, " AND ") + ` ORDER BY order_id DESC LIMIT ?`, append(args, q.Limit)
}

// likeEscaper makes a text stand for itself in LIKE.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
