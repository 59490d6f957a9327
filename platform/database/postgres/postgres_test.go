package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/database/storetest"
)

func open(t testing.TB, now func() time.Time) database.Store {
	return openAt(t, ready(t), now)
}

// template has all tables. Copies of it are made much faster than they are.
var template = sync.OnceValues(func() (url string, err error) {
	if url, err = pgtest.Kept("template_of_tests"); err != nil {
		return "", err
	}
	store, err := postgres.Open(context.Background(), url, time.Now)
	if err != nil {
		return "", err
	}
	return url, store.Close()
})

// ready returns the address of a new database that has all tables.
func ready(t testing.TB) string {
	t.Helper()
	url, err := template()
	if err != nil {
		t.Fatal(err)
	}
	return pgtest.Copy(t, url)
}

func openAt(t testing.TB, url string, now func() time.Time) *postgres.Store {
	t.Helper()
	store, err := postgres.Open(context.Background(), url, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestStore(t *testing.T) { storetest.Run(t, open) }
