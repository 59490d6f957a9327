package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/database/sqlite"
	"acme.example/webshop/order"
)

// TestWhatIsWrittenStays: no statement takes something from the journal, the ledger or the archive, or changes it; but
// for what is in the archive.
func TestWhatIsWrittenStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	store, err := sqlite.Open(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	o, _, err := store.CreateOrder(t.Context(), order.Order{Status: order.Created, CreatedAt: time.Now(), StatusAt: time.Now()}, order.Claim{})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, refused := range []string{"UPDATE journal SET time = 0", "DELETE FROM journal", "DELETE FROM journal WHERE order_id = 1"} {
		if _, err := db.ExecContext(t.Context(), refused); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", refused, err)
		}
	}
	if _, err := db.ExecContext(t.Context(), fmt.Sprintf(`INSERT INTO archive VALUES (%d, 0, x'00')`, o.ID)); err != nil {
		t.Fatal(err)
	}
	for _, refused := range []string{"UPDATE archive SET history = x''", "DELETE FROM archive", "UPDATE journal SET time = 0"} {
		if _, err := db.ExecContext(t.Context(), refused); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", refused, err)
		}
	}
}
