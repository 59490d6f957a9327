package app_test

import (
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
)

// TestEachServiceLogsInWithARoleOfItsOwn: in a shop with a process for each service, each logs in as a member of its
// service's role only. Orders reach each final status, and each user is refused what its service does not do.
func TestEachServiceLogsInWithARoleOfItsOwn(t *testing.T) {
	t.Parallel()
	server := pgtest.New(t, "-c", "fsync=off")
	url := server.Database(t)
	if err := app.MigrateTables(t.Context(), app.Secret(url), "", true, t.Output()); err != nil {
		t.Fatal(err)
	}
	users := map[string]string{}
	for _, service := range event.ServiceNames() {
		server.Exec(t, "postgres", "CREATE ROLE login_"+service+" LOGIN IN ROLE "+postgres.Role(service))
		users[service] = pgtest.As("login_"+service, url)
	}
	f := newFleet(t)
	withReviews(t)(&f.base)
	names := event.ServiceNames()
	slices.Reverse(names) // database has the first rules
	for _, service := range names {
		f.run(service, func(c *app.Config) { c.DatabaseURL = app.Secret(users[service]) })
	}
	f.allWays()
	if log := server.Log(t); strings.Contains(log, "permission denied") {
		t.Error(log)
	}
	for _, c := range []struct{ sql, may string }{
		{"UPDATE orders SET status = status", "order fraud approval delivery stock finance email database"}, // each marks what it did
		{"DELETE FROM orders WHERE order_id = 0", "order database"},
		{"INSERT INTO ledger SELECT * FROM ledger WHERE false", "order stock finance database"},
		{"UPDATE ledger SET amount = 1", ""},
		{"INSERT INTO journal OVERRIDING SYSTEM VALUE SELECT * FROM journal WHERE false", "order fraud approval delivery stock database"},
		{"UPDATE journal SET time = 0", ""},
		{"DELETE FROM receipts", "database"},
		{"SELECT FROM claims", "order database"},
		{"UPDATE slots SET booked = booked WHERE false", "order delivery database"},
		{"SELECT nextval('order_numbers')", "order database"},
		{"SELECT FROM code_uses", "order stock database"},
		{"UPDATE stock SET taken = taken WHERE false", "order stock database"},
		{"INSERT INTO rules SELECT * FROM rules WHERE false", "database"},
		{"INSERT INTO actions (time, who, what, order_id) SELECT 0, '', '', 0 WHERE false", "database"},
		{"SELECT FROM actions", "database"},
		{"SELECT FROM book_documents", "order finance email database"}, {"SELECT FROM book_entries", "finance database"},
		{"CREATE TABLE mine (n int)", ""}, {"DROP TABLE probes", ""}, {"DELETE FROM goose_db_version", ""},
	} {
		for _, service := range event.ServiceNames() {
			refused := postgres.Denied(pgtest.Exec(users[service], c.sql))
			if may := slices.Contains(strings.Fields(c.may), service); may == refused {
				t.Errorf("%s: %s: refused is %v", service, c.sql, refused)
			}
		}
	}
}

// allWays creates orders with every outcome: reviewed and refused, placed, declined by the stockist, booked, and
// cancelled.
func (f *fleet) allWays() {
	f.Helper()
	f.approvals()
	f.turn("screening", map[string]any{"answerLater": 100})
	f.arrives(f.create(realOrder("Later")).OrderID, "STOCKED")
	f.turn("screening", map[string]any{})
	f.turn("stockist", map[string]any{"refuseRate": 1})
	f.arrives(f.create(realOrder("Refused")).OrderID, "CANCELLED")
	f.turn("stockist", map[string]any{})
	booked := f.create(realOrder("Booked", "email", "booked@example.com"))
	f.arrives(booked.OrderID, "STOCKED")
	f.bookFirst(f.deliveryKey(f.mails("booked@example.com")))
	f.arrives(booked.OrderID, "DELIVERY_BOOKED")
	receipt := f.documented(booked, 1)[0]
	f.call("GET", f.PublicURL+"/receipt?key="+trackingKey(booked), nil).shows(receipt.Number)
	off := f.create(realOrder("Off"))
	f.arrives(off.OrderID, "STOCKED")
	f.call("POST", f.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(off)}).want(200)
	f.arrives(off.OrderID, "CANCELLED")
	f.arrives(f.create(realOrder("Testa", "testId", 352)).OrderID, "DELIVERY_BOOKED")
}
