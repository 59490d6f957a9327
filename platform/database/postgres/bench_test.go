package postgres_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/storetest"
)

func draft() order.Order {
	return order.Order{
		Status: order.Created, CreatedAt: time.Now(), StatusAt: time.Now(), Total: money.Amount{Minor: 1, Currency: "USD"},
	}
}

// BenchmarkOrder runs against a server that syncs.
func BenchmarkOrder(b *testing.B) {
	storetest.Benchmark(b, func(t testing.TB, now func() time.Time) database.Store {
		return openAt(t, pgtest.New(t).Database(t), now)
	})
}

// BenchmarkCreateOrder creates orders concurrently, each under an idempotency key, on a server that syncs.
func BenchmarkCreateOrder(b *testing.B) {
	store := openAt(b, pgtest.New(b).Database(b), time.Now)
	var n atomic.Int64
	b.SetParallelism(64)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			key := order.IdempotencyKey{Key: fmt.Sprint("key:", n.Add(1)), Fingerprint: "f", ValidFor: time.Hour}
			if _, _, err := store.CreateOrder(context.Background(), draft(), key); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkHandleEvent moves orders as their events are handled: a receipt, a status, the next event with its receipts.
func BenchmarkHandleEvent(b *testing.B) {
	ctx := context.Background()
	store := openAt(b, pgtest.New(b).Database(b), time.Now)
	created := make(chan event.Envelope, b.N)
	store.OnCommit(func(events []event.Envelope) {
		for _, env := range events {
			if env.Type == event.TypeOrderCreated {
				created <- env
			}
		}
	})
	var n atomic.Int64
	b.SetParallelism(64)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, _, err := store.CreateOrder(ctx, draft(), order.IdempotencyKey{}); err != nil {
				b.Error(err)
			}
			n.Add(1)
		}
	})
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			env := <-created
			r := &event.Receipt{EventID: env.ID, Subscriber: "order.OrderCreated"}
			if _, err := store.MoveOrder(event.WithReceipt(ctx, r), order.Move{OrderID: env.OrderID, To: order.Placed, Event: true}); err != nil {
				b.Error(err)
			}
		}
	})
}
