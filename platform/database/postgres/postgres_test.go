package postgres_test

import (
	"context"
	"testing"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/database/storetest"
)

func open(t testing.TB, now func() time.Time) database.Store {
	return openAt(t, pgtest.Database(t), now)
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
