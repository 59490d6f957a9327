package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"acme.example/webshop/event"
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
	err := postgres.MakeRoles(t.Context(), owner)
	if err == nil || !strings.Contains(err.Error(), "CREATE ROLE webshop_email NOLOGIN; ") {
		t.Fatal(err)
	}
	told, _, _ := strings.Cut(err.Error(), "; (")
	_, roles, _ := strings.Cut(told, "have one that may run: ")
	server.Exec(t, "postgres", roles)
	for range 2 { // each release does it again
		if err := postgres.MakeRoles(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
		migrated(t, owner)
	}
	wantGrants(t, owner, event.ServiceNames()...)
}

// TestEveryMigrationGrants the roles that exist their privileges, and revokes others.
func TestEveryMigrationGrants(t *testing.T) {
	t.Parallel()
	server := pgtest.New(t, "-c", "fsync=off")
	url := server.Database(t)
	server.Exec(t, "postgres", "CREATE ROLE webshop_email NOLOGIN")
	openAt(t, url, time.Now) // a process that migrates when it starts
	wantGrants(t, url, "email")
	server.Exec(t, "postgres", "CREATE ROLE webshop_finance NOLOGIN; CREATE ROLE webshop_database NOLOGIN")
	if err := pgtest.Exec(url, "GRANT DELETE ON orders, ledger TO webshop_email"); err != nil {
		t.Fatal(err)
	}
	migrated(t, url) // with nothing to migrate
	wantGrants(t, url, "email", "finance", "database")
}

func migrated(t *testing.T, url string) {
	t.Helper()
	if err := postgres.Migrate(t.Context(), url, postgres.Options{}); err != nil {
		t.Fatal(err)
	}
}

// wantGrants compares the privileges of services' roles with the table of privileges.
func wantGrants(t *testing.T, url string, services ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `SELECT name, rolname, string_agg(granted, ', ' ORDER BY column_only, array_position('{SELECT,INSERT,UPDATE,DELETE}', granted))
		FROM (SELECT relname AS name, grantee, privilege_type AS granted, false AS column_only FROM pg_class, aclexplode(relacl)
			UNION ALL SELECT relname, grantee, privilege_type || ' (' || attname || ')', true
			FROM pg_attribute JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl)) g
		JOIN pg_roles r ON r.oid = grantee WHERE rolname LIKE 'webshop\_%' GROUP BY 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[[2]string]string{}
	var table, role, granted string
	if _, err := pgx.ForEachRow(rows, []any{&table, &role, &granted}, func() error { got[[2]string{table, role}] = granted; return nil }); err != nil {
		t.Fatal(err)
	}
	want := map[[2]string]string{}
	for _, service := range services {
		privileges, err := postgres.Privileges(t.Context(), url, service)
		if err != nil {
			t.Fatal(err)
		}
		for table, allowed := range privileges {
			want[[2]string{table, postgres.Role(service)}] = allowed
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("privileges by table and role (- in the table of privileges, + granted): %s", diff)
	}
}
