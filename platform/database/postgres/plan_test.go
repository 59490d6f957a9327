package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
)

// manyOrders inserts 20,000 finished orders, with the columns that LedgerFaults reads.
const manyOrders = `
	SET session_replication_role = replica;
	INSERT INTO orders (order_id, status, status_at, created_at, name, email, phone, street, city, customer_type, market, org_number,
			products, total_price, currency, rate, test_id, payment_provider, payment_reference)
		SELECT i, 'DELIVERY_BOOKED', 1, 1, '', '', '', '', '', 'B2C', 'US', '', '{}', 100, 'USD', '1', 0, 'payments-us', 'p' FROM generate_series(1, 20000) i;
	INSERT INTO journal (event_id, type, order_id, source, time, traceparent, data)
		SELECT md5(i || type)::uuid, type, i, 'order', 1, '', '{}' FROM generate_series(1, 20000) i, unnest(ARRAY['OrderCreated', 'OrderPlaced', 'DeliveryBooked']) type;
	INSERT INTO receipts (event_id, subscriber, state, next_try, changed_at)
		SELECT event_id, service || '.' || type, 'done', 1, 1 FROM journal, unnest(ARRAY['finance', 'email', 'order']) service;
	INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time)
		SELECT i, kind, 'a', 'b', 100, 'USD', false, 1 FROM generate_series(1, 20000) i, unnest(ARRAY['payment', 'sale']) kind;
	ANALYZE`

// TestTheLedgerIsComparedByKeys: a query that runs each minute must not read whole tables, which grow for ever.
func TestTheLedgerIsComparedByKeys(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	store := openAt(t, url, time.Now)
	if err := pgtest.Exec(url, manyOrders); err != nil {
		t.Fatal(err)
	}
	if faults, err := store.LedgerFaults(t.Context(), 50); err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "PREPARE compare(bigint) AS "+postgres.LedgerFaultsQuery); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), "EXPLAIN EXECUTE compare(50)", pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if text := strings.Join(plan, "\n"); err != nil || !strings.Contains(text, "journal_of_order") || strings.Contains(text, "Seq Scan") {
		t.Errorf("%v\n%s", err, text)
	}
}
