package postgres_test

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
)

// TestAnOwnerWhoMayNotMakeRoles: the error has the statements for another user to run; once the roles exist, the owner
// grants.
func TestAnOwnerWhoMayNotMakeRoles(t *testing.T) {
	t.Parallel()
	server := pgtest.New(t, "-c", "fsync=off")
	url := server.Database(t)
	server.Exec(t, "postgres", "CREATE ROLE owner LOGIN")
	if err := pgtest.Exec(url, "GRANT CREATE ON SCHEMA public TO owner"); err != nil {
		t.Fatal(err)
	}
	owner := pgtest.As("owner", url)
	openAt(t, owner, time.Now)
	err := postgres.GrantServices(t.Context(), owner)
	if err == nil || !strings.Contains(err.Error(), "CREATE ROLE webshop_email NOLOGIN; ") {
		t.Fatal(err)
	}
	told, _, _ := strings.Cut(err.Error(), "; (")
	_, roles, _ := strings.Cut(told, "have one who may run: ")
	server.Exec(t, "postgres", roles)
	for range 2 { // each release does it again
		if err := postgres.GrantServices(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
	}
	server.Exec(t, "postgres", "CREATE ROLE mailer LOGIN IN ROLE "+postgres.Role("email"))
	mailer := pgtest.As("mailer", url)
	if err := pgtest.Exec(mailer, "SELECT FROM orders"); err != nil {
		t.Error(err)
	}
	if err := pgtest.Exec(mailer, "UPDATE orders SET status = status"); !postgres.Denied(err) {
		t.Error(err)
	}
}
