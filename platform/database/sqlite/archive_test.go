package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/sqlite"
)

// TestWhatIsWrittenStays: no statement deletes, replaces or changes rows of the append-only tables; only archived events
// leave the journal.
func TestWhatIsWrittenStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	store, err := sqlite.Open(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	o, _, err := store.CreateOrder(t.Context(), order.Order{
		Status: order.Created, CreatedAt: time.Now(), StatusAt: time.Now(), Total: money.Amount{Minor: 1, Currency: "USD"},
	}, order.IdempotencyKey{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.MoveOrder(t.Context(), order.Move{OrderID: o.ID, To: order.Placed}); err != nil {
		t.Fatal(err)
	}
	if err := store.Record(t.Context(), database.Action{Who: "ana", What: "look"}); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, needed := range []string{
		`INSERT INTO rules VALUES (1, '', 1, '', '', 0)`, `INSERT INTO rules_activations VALUES (1, 1, '', 0, 0)`,
		`INSERT INTO actions VALUES (9, 0, '', '', 0, '', '', '')`,
	} {
		if _, err := db.ExecContext(t.Context(), needed); err != nil {
			t.Fatal(err)
		}
	}
	refuses := func(table, column string) {
		for _, refused := range []string{
			"UPDATE " + table + " SET " + column + " = 0", "UPDATE OR REPLACE " + table + " SET " + column + " = 0", "DELETE FROM " + table,
			"INSERT OR REPLACE INTO " + table + " SELECT * FROM " + table, "REPLACE INTO " + table + " SELECT * FROM " + table,
		} {
			if _, err := db.ExecContext(t.Context(), refused); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", refused, err)
			}
		}
	}
	for table, column := range map[string]string{
		"journal": "time", "ledger": "amount", "actions": "time", "rules": "created_at", "rules_activations": "activated_at",
	} {
		refuses(table, column)
	}
	if _, err := db.ExecContext(t.Context(), `UPDATE orders SET test_id = 7`); err == nil || !strings.Contains(err.Error(), "test order") {
		t.Errorf("a real order becomes a test order: %v", err)
	}
	another := fmt.Sprintf(`INSERT OR REPLACE INTO journal SELECT '%s', type, order_id, source, time, traceparent, '{}' FROM journal`, uuid.Max)
	if _, err := db.ExecContext(t.Context(), another); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("another event instead of one: %v", err)
	}
	if _, err := db.ExecContext(t.Context(), fmt.Sprintf(`INSERT INTO archive VALUES (%d, 0, x'00')`, o.ID)); err != nil {
		t.Fatal(err)
	}
	refuses("archive", "archived_at")
}
