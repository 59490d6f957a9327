package client_test

import (
	"cmp"
	"context"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"go.opentelemetry.io/otel/propagation"

	"acme.example/webshop/database"
	"acme.example/webshop/database/graphql"
	"acme.example/webshop/database/graphql/client"
	"acme.example/webshop/database/sqlite"
	"acme.example/webshop/database/storetest"
	"acme.example/webshop/event"
)

// engine opens a SQLite file.
func engine(t testing.TB, now func() time.Time) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "shop.db"), now)
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

// service is the database service's GraphQL as it is mounted: under /database, with the caller's trace.
func service(store database.Services) http.Handler {
	handler := graphql.Handler(&graphql.Resolver{Store: store}, slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	mux.HandleFunc("/database", func(w http.ResponseWriter, r *http.Request) {
		ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		handler.ServeHTTP(w, r.WithContext(ctx))
	})
	return mux
}

func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// connect opens a client. Where a test is not about time, it has much of it: other work may keep the machine busy.
func connect(t testing.TB, cfg client.Config) *client.Store {
	t.Helper()
	cfg.Timeout = cmp.Or(cfg.Timeout, time.Minute)
	store, err := client.Open(cfg)
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

// remote is a store whose services' half is reached over HTTP; the rest never crosses processes.
type remote struct {
	database.Services
	database.Outbox
	database.Tests
	database.ConsoleQueries
	database.RulesAdmin
	database.Corrections
	database.Progress
	database.Imports
	engine database.Store
}

func (r remote) OnCommit(tell func([]event.Envelope)) { r.engine.OnCommit(tell) }
func (r remote) Queue() (waiting, most int)           { return r.engine.Queue() }

func open(t testing.TB, now func() time.Time) database.Store {
	store := engine(t, now)
	return remote{connect(t, client.Config{URLs: []string{serve(t, service(store))}, Now: now}), store, store, store, store, store, store, store, store}
}

// TestStore runs the suite with fewer random cases than the engines have: their number is for the rules, which are the
// engine's; here each costs a dozen requests.
func TestStore(t *testing.T) {
	if err := flag.Set("rapid.checks", "15"); err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, open)
}

func traced(ctx context.Context, parent string) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": parent})
}
