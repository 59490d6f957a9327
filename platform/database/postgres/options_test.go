package postgres_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/database/storetest"
	"acme.example/webshop/platform/fault"
)

// TestStoreWithOneConnection: a process with a single connection can do everything.
func TestStoreWithOneConnection(t *testing.T) {
	storetest.Run(t, func(t testing.TB, now func() time.Time) database.Store {
		store, err := postgres.OpenWith(context.Background(), ready(t), postgres.Options{Connections: 1}, now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	})
}

// TestEachConnectionLogsInAnew: with a new password; if there is none, the database is unavailable.
func TestEachConnectionLogsInAnew(t *testing.T) {
	var logins atomic.Int32
	var wrong atomic.Bool
	o := postgres.Options{Connections: 1, Migrated: true, Login: func(context.Context) (string, error) {
		if wrong.Load() {
			return "", errors.New("no credentials")
		}
		logins.Add(1)
		return "a password that is trusted", nil
	}}
	url := pgtest.Database(t)
	if err := postgres.Migrate(t.Context(), url, o); err != nil {
		t.Fatal(err)
	}
	migrating := logins.Load()
	store, err := postgres.OpenWith(t.Context(), url, o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	for range 3 {
		if err := asks(t, store); err != nil {
			t.Fatal(err)
		}
	}
	if n := logins.Load() - migrating; migrating == 0 || n != 1 {
		t.Errorf("%d logins for the migration, %d for one connection", migrating, n)
	}
	if err := pgtest.Exec(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	wrong.Store(true)
	if err := asks(t, store); fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "no credentials") {
		t.Errorf("without a login: %v", err)
	}
	wrong.Store(false)
	if err := asks(t, store); err != nil || logins.Load() == migrating+1 {
		t.Errorf("the connection is not made anew: %v", err)
	}
}

// asks reads something.
func asks(t *testing.T, store *postgres.Store) error {
	t.Helper()
	_, err := store.ActiveRules(t.Context())
	return err
}
