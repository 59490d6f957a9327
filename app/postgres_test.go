package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
)

// TestTheWholeShopOnPostgreSQL, directly and through a pooler: orders are delivered, and unfinished ones continue after a
// restart.
func TestTheWholeShopOnPostgreSQL(t *testing.T) {
	for name, at := range map[string]func(*testing.T, string) string{
		"as the owner of the tables": func(_ *testing.T, url string) string { return url },
		"as another user, behind a pooler": func(t *testing.T, url string) string {
			if err := app.MigrateTables(t.Context(), app.Secret(url), pgtest.User(t), false, t.Output()); err != nil {
				t.Fatal(err)
			}
			return pgtest.As(pgtest.User(t), pgtest.Pooled(t, url))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wholeShop(t, at(t, pgtest.Database(t)))
		})
	}
}

func wholeShop(t *testing.T, url string) {
	s := start(t, func(c *app.Config) { c.DatabaseURL = app.Secret(url) })
	made := s.create(realOrder("Ann", "email", "ann@example.com"))
	s.arrives(made.OrderID, "STOCKED")
	booking := s.bookFirst(s.deliveryKey(s.mails("ann@example.com")))
	test := s.create(realOrder("Testa", "testId", 352))
	s.arrives(test.OrderID, "DELIVERY_BOOKED")

	s = s.restart()
	o := s.arrives(made.OrderID, "DELIVERY_BOOKED")
	if diff := cmp.Diff(wholeLife, o.types()); diff != "" || o.DeliveryTime != booking["deliveryTime"] {
		t.Errorf("order %+v, booking %v: %s", o, booking, diff)
	}
	doomed := s.create(realOrder("Doomed"))
	s.arrives(doomed.OrderID, "STOCKED")
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(doomed)}).want(200)
	s.arrives(doomed.OrderID, "CANCELLED")
	s.balanced(map[string]int64{"cash:payments-us USD": 30000, "receivable USD": 0, "revenue USD": -60000, "refunds USD": 30000})
	if _, err := os.Stat(filepath.Join(s.config.DataDir, "webshop.db")); err == nil || !os.IsNotExist(err) {
		t.Errorf("there is an SQLite file beside PostgreSQL: %v", err)
	}
	if secrets, err := fs.Glob(os.DirFS(s.config.DataDir), "*.secret"); err != nil || len(secrets) == 0 {
		t.Errorf("the data folder keeps the secrets: %v, %v", secrets, err)
	}
}

func TestADatabaseOfAnotherKindIsRefused(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.DatabaseURL = "mysql://shop:secret-word@127.0.0.1/shop"
	if _, err := app.Start(t.Context(), c, nil); err == nil || !strings.Contains(err.Error(), "--database-url") || strings.Contains(err.Error(), "secret-word") {
		t.Errorf("started: %v", err)
	}
}

// TestAReadOnlyPostgreSQLIsToldThoughNoOneOrders: by readiness and by the alert `storage`, which says what to do; both
// end when it can be written again.
func TestAReadOnlyPostgreSQLIsToldThoughNoOneOrders(t *testing.T) {
	t.Parallel()
	server := pgtest.New(t, "-c", "fsync=off")
	url := server.Database(t)
	s := start(t, func(c *app.Config) { c.DatabaseURL = app.Secret(url) })
	s.ready()
	server.Exec(t, "postgres", "ALTER SYSTEM SET default_transaction_read_only = on")
	server.Exec(t, "postgres", "SELECT pg_reload_conf()")
	s.notReady("read-only")
	if alert := s.alerted("storage", ""); !strings.Contains(alert.What, "read-only") || !strings.Contains(alert.Do, "target_session_attrs") {
		t.Errorf("the alert says %q, %q", alert.What, alert.Do)
	}
	server.Exec(t, "postgres", "ALTER SYSTEM RESET ALL")
	server.Exec(t, "postgres", "SELECT pg_reload_conf()")
	s.ready()
	s.create(realOrder("Ann", "testId", 7))
}
