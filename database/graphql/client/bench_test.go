package client_test

import (
	"context"
	"testing"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/database/graphql/client"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// both runs a benchmark on the engine and through the client.
func both(b *testing.B, run func(*testing.B, database.Services)) {
	store := engine(b, time.Now)
	through := connect(b, client.Config{URLs: []string{serve(b, service(store))}})
	b.Run("direct", func(b *testing.B) { run(b, store) })
	b.Run("client", func(b *testing.B) { run(b, through) })
}

func write(b testing.TB, store database.Services) order.Order {
	o, _, err := store.CreateOrder(context.Background(), order.Order{
		Status: order.Created, CreatedAt: time.Now(), StatusAt: time.Now(), Total: money.Amount{Minor: 1, Currency: "USD"},
	}, order.Claim{})
	if err != nil {
		b.Error(err)
	}
	return o
}

// BenchmarkWrite is one order after the other; BenchmarkWrites is 64 callers at once.
func BenchmarkWrite(b *testing.B) {
	both(b, func(b *testing.B, store database.Services) {
		for b.Loop() {
			write(b, store)
		}
	})
}

func BenchmarkWrites(b *testing.B) {
	both(b, func(b *testing.B, store database.Services) {
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				write(b, store)
			}
		})
	})
}

func BenchmarkRead(b *testing.B) {
	both(b, func(b *testing.B, store database.Services) {
		o := write(b, store)
		for b.Loop() {
			if _, err := store.Order(context.Background(), o.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkUntried(b *testing.B) {
	both(b, func(b *testing.B, store database.Services) {
		for b.Loop() {
			store.Untried()
		}
	})
}
