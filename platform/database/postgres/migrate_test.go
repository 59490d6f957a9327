package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/database/storetest"
)

// TestManyCopiesMigrateAtOnce: one makes the tables, the others wait, and all work.
func TestManyCopiesMigrateAtOnce(t *testing.T) {
	url := pgtest.Database(t)
	var copies sync.WaitGroup
	for range 8 {
		copies.Go(func() {
			store, err := postgres.Open(t.Context(), url, time.Now)
			if err != nil {
				t.Error(err)
				return
			}
			defer store.Close()
			if _, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{}); err != nil {
				t.Error(err)
			}
		})
	}
	copies.Wait()
	store := openAt(t, url, time.Now)
	if counts, err := store.Counts(t.Context()); err != nil || counts.Orders[order.Created] != 8 {
		t.Errorf("%+v, %v", counts, err)
	}
}

// TestOldOrdersGetTheirSales, once, when tables are migrated that were written before placing an order entered its sale.
func TestOldOrdersGetTheirSales(t *testing.T) {
	url := pgtest.Database(t)
	if err := postgres.MigrateTo(t.Context(), url, 8); err != nil {
		t.Fatal(err)
	}
	if err := pgtest.Exec(url, storetest.BeforeLedger("''")); err != nil {
		t.Fatal(err)
	}
	storetest.AfterLedger(t, openAt(t, url, time.Now))
}

func TestNewerTablesAreRefused(t *testing.T) {
	url := pgtest.Database(t)
	openAt(t, url, time.Now)
	if err := pgtest.Exec(url, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`); err != nil {
		t.Fatal(err)
	}
	_, err := postgres.Open(t.Context(), url, time.Now)
	if err == nil || !strings.Contains(err.Error(), "99999") || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("opened tables of the future: %v", err)
	}
}

func TestADatabaseThatCannotHoldNamesIsRefused(t *testing.T) {
	url := pgtest.Database(t)
	if err := pgtest.Exec(url, `CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pgtest.Exec(url, `DROP DATABASE latin`); err != nil {
			t.Error(err)
		}
	})
	latin := strings.Replace(url, strings.Split(strings.TrimPrefix(url, "postgres://postgres@/"), "?")[0], "latin", 1)
	if _, err := postgres.Open(t.Context(), latin, time.Now); err == nil || !strings.Contains(err.Error(), "UTF8") {
		t.Errorf("opened %s: %v", latin, err)
	}
}

// TestNoPasswordIsTold: no error has the password, whatever is wrong with the address or the server.
func TestNoPasswordIsTold(t *testing.T) {
	for _, url := range []string{
		"postgres://shop:secret-word@127.0.0.1:1/shop", "postgres://shop:secret-word@127.0.0.1:port/shop",
		"postgres://shop:secret-word@127.0.0.1/shop?sslmode=never", "host=127.0.0.1 port=1 password=secret-word",
		"postgres://shop:secret-word%@127.0.0.1/shop",
	} {
		_, err := postgres.Open(context.Background(), url, time.Now)
		if err == nil || strings.Contains(err.Error(), "secret-word") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestWhatIsWrittenStays(t *testing.T) {
	url := pgtest.Database(t)
	store := openAt(t, url, time.Now)
	o, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.MoveOrder(t.Context(), order.Move{OrderID: o.ID, To: order.Placed}); err != nil { // it has an entry in the ledger
		t.Fatal(err)
	}
	// An archive row of another transaction does not allow to delete from the journal.
	if err := pgtest.Exec(url, fmt.Sprintf(`INSERT INTO archive VALUES (%d, 0, '')`, o.ID)); err != nil {
		t.Fatal(err)
	}
	key := map[string]string{
		"journal": "event_id", "ledger": "order_id, kind", "archive": "order_id", "actions": "id", "rules": "version", "rules_activations": "id",
	}
	for table, column := range map[string]string{
		"journal": "time", "ledger": "time", "archive": "archived_at", "actions": "time", "rules": "created_at", "rules_activations": "activated_at",
	} {
		for _, sql := range []string{
			"UPDATE " + table + " SET " + column + " = 0", "DELETE FROM " + table, "TRUNCATE " + table + " CASCADE",
			"INSERT INTO " + table + " OVERRIDING SYSTEM VALUE SELECT * FROM " + table + " ON CONFLICT (" + key[table] + ") DO UPDATE SET " + column + " = 0",
		} {
			if err := pgtest.Exec(url, sql); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", sql, err)
			}
		}
	}
	if err := pgtest.Exec(url, "UPDATE orders SET test_id = 7"); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("a real order becomes a test order: %v", err)
	}
}

// TestFinalIsWhatTheStatusSays, for orders older than the column, and for those that older programs move meanwhile.
func TestFinalIsWhatTheStatusSays(t *testing.T) {
	url := pgtest.Database(t)
	if err := postgres.MigrateTo(t.Context(), url, 8); err != nil {
		t.Fatal(err)
	}
	if err := pgtest.Exec(url, storetest.BeforeLedger("''")); err != nil {
		t.Fatal(err)
	}
	store := openAt(t, url, time.Now)
	const check = `DO $$ BEGIN IF EXISTS (SELECT 1 FROM orders WHERE final <> (status IN ('DELIVERY_BOOKED', 'PAYMENT_DECLINED', 'CANCELLED')))
		THEN RAISE EXCEPTION 'an order is not final as its status says'; END IF; END $$`
	if err := pgtest.Exec(url, check); err != nil {
		t.Error(err)
	}
	if err := pgtest.Exec(url, `UPDATE orders SET status = 'CANCELLED' WHERE order_id = 6`); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Prune(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := pgtest.Exec(url, check); err != nil {
		t.Errorf("after an older program: %v", err)
	}
}
