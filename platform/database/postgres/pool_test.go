package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
)

// sessions returns the server's processes for a store.
func sessions(t *testing.T, url string) []string {
	t.Helper()
	return strings.Fields(ask(t, url, `SELECT coalesce(string_agg(pid::text, ' '), '') FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'webshop'`))
}

// TestOneLostConnectionCostsNoOther, and no write or read fails because of it.
func TestOneLostConnectionCostsNoOther(t *testing.T) {
	url := pgtest.Database(t)
	store := openAt(t, url, time.Now)
	busy := func() {
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				o, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{})
				if err == nil {
					_, err = store.Order(t.Context(), o.ID)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	var before []string
	for len(before) < 8 { // all that it may have
		busy()
		before = sessions(t, url)
	}
	for _, lost := range before[:2] {
		if err := pgtest.Exec(url, fmt.Sprintf(`SELECT pg_terminate_backend(%s)`, lost)); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		busy()
	}
	after := sessions(t, url)
	for _, session := range before[2:] {
		if !slices.Contains(after, session) {
			t.Errorf("session %s was given up with another one: %v became %v", session, before, after)
		}
	}
}

// TestWhatWaitsIsCountedBesideTheWriter: creating an order needs no read connection. Counting would wait for an hour
// here.
func TestWhatWaitsIsCountedBesideTheWriter(t *testing.T) {
	postgres.SetCountTimeout(t, time.Hour)
	store := openAt(t, pgtest.Database(t), time.Now)
	giveBack := store.TakeReads(t)
	defer giveBack()
	store.Backlog()
	if _, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{}); err != nil {
		t.Error(err)
	}
	store.Backlog()
}
