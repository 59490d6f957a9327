package postgres_test

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
)

// lodger makes the tables as their owner, and returns the address of a user who may work with them.
func lodger(t testing.TB, url string) string {
	t.Helper()
	user := pgtest.User(t)
	if err := postgres.Migrate(t.Context(), url, postgres.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Grant(t.Context(), url, user); err != nil {
		t.Fatal(err)
	}
	return pgtest.As(user, url)
}

// TestWhatTheShopsUserMayNotDo: change append-only rows, tables or triggers.
func TestWhatTheShopsUserMayNotDo(t *testing.T) {
	url := pgtest.Database(t)
	shop := lodger(t, url)
	store := openAt(t, shop, time.Now)
	createMany(t, store)
	for _, sql := range []string{
		"UPDATE journal SET time = 0", "UPDATE ledger SET amount = 1", "UPDATE archive SET archived_at = 0", "DELETE FROM actions", "UPDATE actions SET who = ''",
		"UPDATE rules SET text = ''", "DELETE FROM rules_activations", "TRUNCATE receipts", "DROP TABLE probes", "CREATE TABLE mine (n int)",
		"ALTER TABLE journal DISABLE TRIGGER ALL", "DELETE FROM goose_db_version", "DELETE FROM goose_db_version",
	} {
		if err := pgtest.Exec(shop, sql); postgres.Code(err) != "42501" {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if _, err := store.MoveOrder(t.Context(), order.Move{OrderID: 1, To: order.Placed}); err != nil { // it has an entry in the ledger
		t.Fatal(err)
	}
	if err := pgtest.Exec(shop, "INSERT INTO archive VALUES (1, 0, '')"); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"DELETE FROM journal WHERE order_id = 2", "DELETE FROM ledger", "DELETE FROM archive", "UPDATE orders SET test_id = 1"} {
		if err := pgtest.Exec(shop, sql); postgres.Code(err) != "P0001" { // it may delete test orders; a trigger prevents the rest
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// TestAUserWhoMayNotMigrateIsTold who may, and which right is missing.
func TestAUserWhoMayNotMigrateIsTold(t *testing.T) {
	url := pgtest.Database(t)
	shop := pgtest.As(pgtest.User(t), url)
	if _, err := postgres.Open(t.Context(), shop, time.Now); err == nil || !strings.Contains(err.Error(), "webshop migrate") {
		t.Errorf("without tables: %v", err)
	}
	store := openAt(t, lodger(t, url), time.Now)
	if err := pgtest.Exec(url, "DELETE FROM goose_db_version WHERE version_id > 5"); err != nil {
		t.Fatal(err)
	}
	if _, err := postgres.Open(t.Context(), shop, time.Now); err == nil || !strings.Contains(err.Error(), "version 5") || !strings.Contains(err.Error(), "webshop migrate") {
		t.Errorf("with old tables: %v", err)
	}
	if err := pgtest.Exec(url, "REVOKE INSERT ON probes FROM "+pgtest.User(t)); err != nil {
		t.Fatal(err)
	}
	troubled(t, store, postgres.NotAllowed)
}
