package queries

import (
	"context"
	"maps"
	"strings"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// UnderWay is the condition of the index of orders without a final status, in exactly these words, which SQLite compares.
const UnderWay = `NOT final`

// OpenStatuses are the statuses of such orders as a list in SQL. With it, the index answers queries about the time of
// their status.
var OpenStatuses = listed(order.OpenStatuses())

// FinalStatuses are the final statuses as a list in SQL.
var FinalStatuses = listed(order.FinalStatuses())

func listed(statuses []order.Status) string {
	names := make([]string, len(statuses))
	for i, s := range statuses {
		names[i] = "'" + string(s) + "'"
	}
	return strings.Join(names, ", ")
}

// Counts returns how many orders and receipts there are. Orders under way are counted by their index; the ever growing
// number of ended ones is cached (Paced).
func (q *Queries) Counts(ctx context.Context) (database.Counts, error) {
	orders, err := q.byStatus(ctx, `SELECT status, count(*) FROM orders WHERE `+UnderWay+` GROUP BY status
		UNION ALL SELECT 'pending', count(*) FROM receipts WHERE state = 'pending'
		UNION ALL SELECT 'parked', count(*) FROM receipts WHERE state = 'parked'`)
	counts := database.Counts{Orders: orders, Pending: orders["pending"], Parked: orders["parked"]}
	delete(orders, "pending")
	delete(orders, "parked")
	if err != nil {
		return counts, err
	}
	lasting, err := q.lasting.Get(func() (map[order.Status]int, error) {
		return q.byStatus(ctx, `SELECT status, count(*) FROM orders WHERE final GROUP BY status`)
	})
	maps.Copy(counts.Orders, lasting)
	return counts, err
}

// TestsByStatus counts the test orders of each status.
func (q *Queries) TestsByStatus(ctx context.Context) (map[order.Status]int, error) {
	return q.tests.Get(func() (map[order.Status]int, error) {
		return q.byStatus(ctx, `SELECT status, count(*) FROM orders WHERE test_id <> 0 GROUP BY status`)
	})
}

// byStatus reads the number of orders in each status.
func (q *Queries) byStatus(ctx context.Context, sql string) (map[order.Status]int, error) {
	type count struct {
		of order.Status
		n  int
	}
	counted, err := all(ctx, q, func(row Row) (c count, err error) {
		err = row.Scan(&c.of, &c.n)
		return c, err
	}, sql)
	counts := map[order.Status]int{}
	for _, c := range counted {
		counts[c.of] = c.n
	}
	return counts, err
}
