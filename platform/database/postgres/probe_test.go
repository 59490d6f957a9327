package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/fault"
)

// troubled waits until a store reports a kind of trouble; "" is none.
func troubled(t *testing.T, store *postgres.Store, want postgres.Kind) {
	t.Helper()
	var err error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		err = store.Ping(t.Context())
		if want == "" && err == nil {
			return
		}
		trouble, told := errors.AsType[*postgres.Trouble](err)
		if told && trouble.Kind == want {
			if fault.CodeOf(err) != fault.Unavailable || trouble.Remedy() == "" || !strings.Contains(err.Error(), string(want)) {
				t.Errorf("it is told as %v", err)
			}
			return
		}
	}
	t.Fatalf("want %q, got %v", want, err)
}

// TestADatabaseThatCannotBeWrittenIsTold, though no one orders, and though it can be read.
func TestADatabaseThatCannotBeWrittenIsTold(t *testing.T) {
	server := pgtest.New(t, "-c", "fsync=off")
	url := server.Database(t)
	store := openAt(t, url, time.Now)
	troubled(t, store, "")
	for _, set := range []string{"ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"} {
		server.Exec(t, "postgres", set)
	}
	troubled(t, store, postgres.ReadOnly)
	if _, err := store.Counts(t.Context()); err != nil {
		t.Errorf("a read: %v", err)
	}
	if _, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{}); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("an order: %v", err)
	}
	for _, set := range []string{"ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()"} {
		server.Exec(t, "postgres", set)
	}
	troubled(t, store, "")
	if err := pgtest.Exec(url, `ALTER TABLE probes RENAME TO gone`); err != nil {
		t.Fatal(err)
	}
	troubled(t, store, postgres.NoTables)
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	troubled(t, store, postgres.Away)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	if err := pgtest.Exec(url, `ALTER TABLE gone RENAME TO probes`); err != nil {
		t.Fatal(err)
	}
	troubled(t, store, "")
}

// TestOperatorsFindRoomBesideManyProcesses, on a server with few connections: each process takes its share and logs it;
// the share of a process that has ended goes to the others.
func TestOperatorsFindRoomBesideManyProcesses(t *testing.T) {
	const most, reserved, room, processes = 20, 3, 5, 4
	server := pgtest.New(t, "-c", "fsync=off", "-c", "max_connections=20")
	url := server.Database(t)
	var log lockedBuffer
	open := func() *postgres.Store {
		store, err := postgres.OpenWith(t.Context(), url, postgres.Options{Log: slog.New(slog.NewTextHandler(&log, nil))}, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	var stores []*postgres.Store
	for range processes {
		stores = append(stores, open())
	}
	share := func(want int) {
		t.Helper()
		for _, store := range stores {
			for store.Share() != want {
				if err := store.Ping(t.Context()); err != nil {
					t.Error(err)
				}
				time.Sleep(10 * time.Millisecond)
			}
		}
	}
	share((most - reserved - room) / processes)
	var busy sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for _, store := range stores {
		for range 16 {
			busy.Go(func() {
				for ctx.Err() == nil {
					if _, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{}); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	for range 30 { // an operator connects again and again
		_ = ask(t, url, `SELECT version()`)
	}
	stop()
	busy.Wait()
	for len(stores) > 1 {
		if err := stores[0].Close(); err != nil {
			t.Error(err)
		}
		stores = stores[1:]
	}
	share(8)
	if err := stores[0].Close(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "connections=3 of=17 processes=4 leftToOthers=5") {
		t.Errorf("the log says %s", log.String())
	}
}

// lockedBuffer is a buffer for many writers.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}
