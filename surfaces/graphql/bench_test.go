package graphql_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/surfaces/graphql"
)

// BenchmarkOrder reads an order with its history, without the network.
func BenchmarkOrder(b *testing.B) {
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "shop.db"), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	o, _, err := store.CreateOrder(context.Background(), order.Order{
		Status: order.Created, CreatedAt: time.Now(), StatusAt: time.Now(), Total: money.Amount{Minor: 1, Currency: "USD"},
	}, order.IdempotencyKey{})
	if err != nil {
		b.Fatal(err)
	}
	handler := graphql.Handler(&graphql.Resolver{Store: store}, slog.New(slog.DiscardHandler))
	question := fmt.Sprintf(`{"query": "{ getOrder(id: %d) { orderId status history { id type data } } }"}`, o.ID)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/database", strings.NewReader(question))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "OrderCreated") {
			b.Fatal(w.Body)
		}
	}
}
