package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
)

// plan returns how SQLite would answer a query.
func plan(t *testing.T, s *Store, query string, args ...any) string {
	t.Helper()
	steps, err := collect(t.Context(), s.read, func(row scanner) (step string, err error) {
		var id, parent, unused int
		err = row.Scan(&id, &parent, &unused, &step)
		return step, err
	}, `EXPLAIN QUERY PLAN `+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, "\n")
}

// TestTheConsolesLooksReadNoWholeTable: the queries that run each second use an index, however many orders there were.
func TestTheConsolesLooksReadNoWholeTable(t *testing.T) {
	s := openBench(t).Store
	for name, query := range map[string]string{
		"orders on their way":           `SELECT status, count(*) FROM orders WHERE ` + queries.UnderWay + ` GROUP BY status`,
		"pending":                       `SELECT count(*) FROM receipts WHERE state = 'pending'`,
		"events":                        `SELECT type, count(*) FROM journal WHERE event_id >= 'a' AND event_id < 'b' GROUP BY type`,
		"receipts put off for too long": strings.ReplaceAll(`SELECT 1 FROM receipts WHERE `+receiptsAhead, "?", "7"),
		"orders put off for too long":   strings.ReplaceAll(`SELECT 1 FROM orders WHERE `+ordersAhead, "?", "7"),
		"actions of an order":           `SELECT id FROM actions WHERE order_id = 7 ORDER BY id LIMIT 9`,
	} {
		for line := range strings.SplitSeq(plan(t, s, query), "\n") {
			if strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "orders_open") && !strings.Contains(line, "receipts_pending") {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
	declined := dueOrders(database.Declined(time.Now(), time.Now(), 9))
	if how := plan(t, s, strings.ReplaceAll(declined, "$", "")); !strings.Contains(how, "orders_declined") || strings.Contains(how, "SCAN o\n") {
		t.Errorf("orders that were declined: %s", how)
	}
	for index, q := range map[string]database.OrderQuery{"orders_open": {Status: order.Placed, Customer: "a"}, "PRIMARY KEY": {Status: order.Cancelled, Customer: "a"}} {
		query, args := queries.Searched(q, 3)
		if how := plan(t, s, queries.SQLite.SQL(query), args...); !strings.Contains(how, index) || strings.Contains(how, "SCAN") {
			t.Errorf("a search for %s: %s", q.Status, how)
		}
	}
}

// BenchmarkConsole measures the console's queries in a shop of 100,000 orders that have ended.
func BenchmarkConsole(b *testing.B) {
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "shop.db"), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	fill(b, s, 100_000)
	for name, ask := range map[string]func() error{
		"Counts": func() error { _, err := s.Counts(b.Context()); return err },
		"Flow": func() error {
			_, err := s.Flow(b.Context(), time.Now().Add(-time.Second), time.Now())
			return err
		},
		"SearchNewest": func() error { _, err := s.Search(b.Context(), database.OrderQuery{Limit: 50}); return err },
		"SearchNumber": func() error { _, err := s.Search(b.Context(), database.OrderQuery{ID: 5}); return err },
		"SearchStatus": func() error { _, err := s.Search(b.Context(), database.OrderQuery{Status: order.Placed}); return err },
		"SearchNameInVain": func() error {
			_, err := s.Search(b.Context(), database.OrderQuery{Customer: "nobody"})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// fill writes ended orders with their done receipts, in one transaction.
func fill(b *testing.B, s *Store, orders int) {
	b.Helper()
	var ids database.EventIDs
	_, err := s.do(context.Background(), func(t *tx) error {
		for id := 1; id <= orders; id++ {
			if err := t.exec(`INSERT INTO orders (order_id, status, status_at, created_at, name, email, phone, street, city, customer_type, market,
				org_number, products, total_price, currency, rate, test_id, payment_provider, payment_reference, delivery_time)
				VALUES (?, 'DELIVERY_BOOKED', 1, 1, ?, ?, '', '', '', 'B2C', 'US', '', 'BB001', 1, 'USD', '', 0, '', '', 1)`,
				id, fmt.Sprint("Customer ", id), fmt.Sprintf("c%d@example.com", id)); err != nil {
				return err
			}
			for _, of := range event.Types[1:6] {
				eventID := ids.New(time.Now().Add(-time.Hour))
				if err := t.exec(`INSERT INTO journal (event_id, type, order_id, source, time, traceparent, data) VALUES (?, ?, ?, '', 1, '', '{}')`,
					eventID, of, id); err != nil {
					return err
				}
				for _, subscriber := range event.SubscribersOf(of) {
					if err := t.exec(`INSERT INTO receipts (event_id, subscriber, state, next_try, changed_at) VALUES (?, ?, 'done', 1, 1)`, eventID, subscriber); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
