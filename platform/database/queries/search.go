package queries

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// searchText finds real orders by a text. What has the whole words comes first; if that is less than a page, beginnings of
// words count too.
func (q *Queries) searchText(ctx context.Context, wanted database.OrderQuery) (database.Found, error) {
	sought := database.ParseSearch(wanted.Text)
	page, _ := wanted.Page(wanted.Bound() - 1)
	named, err := q.named(ctx, sought, page)
	if err != nil || len(sought.Terms) == 0 {
		return database.Found{Orders: named}, err
	}
	covered, err := q.covered(ctx)
	if err != nil {
		return database.Found{}, err
	}
	var found []order.Order
	for _, beginnings := range []bool{false, true} {
		if found, err = q.worded(ctx, sought, page, covered, beginnings); err != nil || len(found) == page.Limit {
			break
		}
	}
	answer := page.Answer(found, 0)
	answer.Orders = slices.Concat(named, slices.DeleteFunc(found, func(o order.Order) bool {
		return slices.ContainsFunc(named, func(n order.Order) bool { return n.ID == o.ID })
	}))
	return answer, err
}

// OrdersOf returns the real orders of a mail address, in either case of its letters, by the index of their words.
func (q *Queries) OrdersOf(ctx context.Context, address string, limit int) ([]order.Order, error) {
	covered, err := q.covered(ctx)
	if err != nil {
		return nil, err
	}
	page, _ := database.OrderQuery{Limit: limit}.Page(math.MaxInt64 - 1)
	words := database.Fold(address)
	if len(words) != 1 {
		return nil, nil // an address that is more than one word in the index is found by the support desk
	}
	found, err := q.worded(ctx, database.Sought{Terms: []database.Term{{Words: words}}}, page, covered, false)
	return slices.DeleteFunc(found, func(o order.Order) bool { return !strings.EqualFold(o.Customer.Email, address) }), err
}

// named returns the orders that a text names by their number, or the number of their payment. They are on the first page.
func (q *Queries) named(ctx context.Context, sought database.Sought, page database.OrderQuery) ([]order.Order, error) {
	if page.Below < 1<<62 && page.Below != 0 {
		return nil, nil
	}
	where, args := conditions(page)
	where = strings.Replace(where, realOnly, "", 1) // who gives the number of a test order asks for it
	args = append(args, sought.Number, sought.Payment)
	return all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.order_id IN (SELECT order_id FROM orders WHERE order_id = `+argument(len(args)-1)+
		` UNION SELECT order_id FROM orders INDEXED BY orders_of_payment WHERE payment_reference = `+argument(len(args))+
		` AND payment_reference <> '' AND test_id = 0)`+where+` ORDER BY o.order_id DESC LIMIT 10`, args...)
}

const realOnly = ` AND o.test_id = 0`

// conditions restricts orders o to those of a page.
func conditions(page database.OrderQuery) (where string, args []any) {
	args = []any{page.Below}
	where = ` AND o.order_id < $1` + realOnly
	if page.Status != "" {
		args = append(args, string(page.Status))
		where += ` AND o.status = ` + argument(len(args))
	}
	if page.Market != "" {
		args = append(args, page.Market)
		where += ` AND o.market = ` + argument(len(args))
	}
	return where, args
}

func argument(n int) string { return "$" + strconv.Itoa(n) }

// worded returns the orders of a page that have the words: those that the index does not cover yet, then those of the index.
func (q *Queries) worded(ctx context.Context, sought database.Sought, page database.OrderQuery, covered int64, beginnings bool) ([]order.Order, error) {
	where, args := conditions(page)
	args = append(args, covered)
	newest, err := all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.order_id > `+argument(len(args))+where+
		fmt.Sprintf(` ORDER BY o.order_id DESC LIMIT %d`, database.MostUncovered), args...)
	if err != nil {
		return nil, err
	}
	newest = slices.DeleteFunc(newest, func(o order.Order) bool { return !sought.Finds(database.SearchWords(o), beginnings) })
	if len(newest) >= page.Limit {
		return newest[:page.Limit], nil
	}
	condition, words := q.dialect.hasWords(sought.Terms, beginnings)
	where, args = conditions(page)
	args = append(args, words, covered)
	indexed, err := all(ctx, q, scanOrder, orders+` FROM search s CROSS JOIN orders o ON o.order_id = s.rowid WHERE `+
		strings.ReplaceAll(condition, "?", argument(len(args)-1))+` AND s.rowid < $1 AND s.rowid <= `+argument(len(args))+where+
		fmt.Sprintf(` ORDER BY s.rowid DESC LIMIT %d`, page.Limit-len(newest)), args...)
	return append(newest, indexed...), err
}

// match is the condition of SQLite's full-text index.
func match(terms []database.Term, beginnings bool) (condition, argument string) {
	return `search MATCH ?`, expression(terms, beginnings, " AND ", " OR ", func(word string, beginning bool) string {
		text := `"` + strings.ReplaceAll(word, `"`, `""`) + `"`
		if beginning {
			text += "*"
		}
		return text
	})
}

// tsquery is the condition of PostgreSQL's full-text index.
func tsquery(terms []database.Term, beginnings bool) (condition, argument string) {
	return `array_to_tsvector(string_to_array(s.words, ' ')) @@ CAST(? AS tsquery)`, expression(terms, beginnings, " & ", " | ", func(word string, beginning bool) string {
		text := `'` + strings.NewReplacer(`'`, `''`, `\`, `\\`).Replace(word) + `'`
		if beginning {
			text += ":*"
		}
		return text
	})
}

// expression joins the words of a search.
func expression(terms []database.Term, beginnings bool, and, or string, quote func(word string, beginning bool) string) string {
	all := make([]string, len(terms))
	for i, t := range terms {
		var any []string
		for _, w := range t.Words {
			any = append(any, quote(w, false))
		}
		for _, w := range t.Beginnings {
			if beginnings {
				any = append(any, quote(w, true))
			}
		}
		all[i] = "(" + strings.Join(any, or) + ")"
	}
	return strings.Join(all, and)
}

// covered returns the highest number that the index covers.
func (q *Queries) covered(ctx context.Context) (int64, error) {
	text, err := q.ProgressOf(ctx, database.IndexJob)
	if err != nil || text == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("queries: how far the index is: %w", err)
	}
	return n, nil
}

// IndexOrders adds a batch of orders to the index.
func (q *Queries) IndexOrders(ctx context.Context) (more bool, err error) {
	covered, err := q.covered(ctx)
	if err != nil {
		return false, err
	}
	batch, err := all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.order_id > $1 ORDER BY o.order_id LIMIT $2`, covered, database.IndexBatch)
	if err != nil {
		return false, err
	}
	before := q.now().Add(-database.IndexAfter)
	if young := slices.IndexFunc(batch, func(o order.Order) bool { return o.CreatedAt.After(before) }); young >= 0 {
		batch = batch[:young]
	}
	if len(batch) == 0 {
		return false, nil
	}
	if err := q.index(ctx, database.SearchRowsOf(batch)); err != nil {
		return false, err
	}
	last := slices.MaxFunc(batch, func(a, b order.Order) int { return cmp.Compare(a.ID, b.ID) })
	return len(batch) == database.IndexBatch, q.SaveProgress(ctx, database.IndexJob, strconv.FormatInt(last.ID, 10))
}

// index adds rows to the index, unless their orders were deleted, or changed and indexed, meanwhile.
func (q *Queries) index(ctx context.Context, rows []database.SearchRow) error {
	if len(rows) == 0 {
		return nil
	}
	values, args := make([]string, len(rows)), []any{}
	for i, row := range rows {
		values[i] = fmt.Sprintf(`SELECT CAST($%d AS bigint) AS id, CAST($%d AS text) AS words`, 2*i+1, 2*i+2)
		args = append(args, row.OrderID, row.Words)
	}
	return q.exec(ctx, `INSERT INTO search (rowid, words) SELECT v.id, v.words FROM (`+strings.Join(values, ` UNION ALL `)+`) v
		WHERE EXISTS (SELECT 1 FROM orders o WHERE o.order_id = v.id) AND NOT EXISTS (SELECT 1 FROM search s WHERE s.rowid = v.id)`, args...)
}
