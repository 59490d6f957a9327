package sqlite

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"acme.example/webshop/platform/database/storetest"
)

// TestOldOrdersGetTheirSales, once, when a file is opened that was written before placing an order entered its sale.
func TestOldOrdersGetTheirSales(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), storetest.BeforeLedger(`x''`)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	storetest.AfterLedger(t, s)
	var wrong int
	if err := s.read.QueryRowContext(t.Context(), `SELECT count(*) FROM orders WHERE final <> (status IN ('DELIVERY_BOOKED', 'PAYMENT_DECLINED', 'CANCELLED'))`).
		Scan(&wrong); err != nil || wrong > 0 {
		t.Errorf("%d orders are not final as their status says, %v", wrong, err)
	}
}
