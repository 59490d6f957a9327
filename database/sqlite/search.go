package sqlite

import (
	"context"
	"fmt"
	"strings"

	"acme.example/webshop/database"
)

// Search returns orders, the newest first. Orders in a status that does not last are found by its index, which the
// status must be a literal for; others by going back through the numbers, SearchDepth of them at most.
func (s *Store) Search(ctx context.Context, q database.OrderQuery) (database.Found, error) {
	var newest int64
	if err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(order_id), 0) FROM orders`).Scan(&newest); err != nil {
		return database.Found{}, fmt.Errorf("sqlite: search: %w", err)
	}
	q, from := q.Page(newest)
	where, args := []string{"order_id < ?", "order_id >= ?"}, []any{q.Below, from}
	add := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	if q.ID != 0 {
		add("order_id = ?", q.ID)
	}
	if q.Customer != "" {
		like := "%" + likeEscaper.Replace(q.Customer) + "%"
		add(`(name LIKE ? ESCAPE '\' OR email LIKE ? ESCAPE '\')`, like, like)
	}
	switch {
	case q.Status.Known():
		add("status = '" + string(q.Status) + "'")
	case q.Status != "":
		add("false")
	}
	if q.Market != "" {
		add("market = ?", q.Market)
	}
	orders, err := s.orders(ctx, `SELECT `+orderColumns+` FROM orders WHERE `+strings.Join(where, " AND ")+
		` ORDER BY order_id DESC LIMIT ?`, append(args, q.Limit)...)
	return q.Answer(orders, from), err
}

// likeEscaper makes a text stand for itself in LIKE.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
