package sqlite_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// BenchmarkOverdue measures one check of the deadlines after a long outage, with 50,000 late receipts.
func BenchmarkOverdue(b *testing.B) {
	ctx, at := context.Background(), time.Now()
	store := open(b, func() time.Time { return at })
	var group sync.WaitGroup
	for range 250 {
		group.Go(func() {
			for range 100 {
				_, _, err := store.CreateOrder(ctx, order.Order{
					Status: order.Created, CreatedAt: at, StatusAt: at, Total: money.Amount{Minor: 1, Currency: "USD"},
				}, order.IdempotencyKey{})
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	group.Wait()
	deadlines := database.Deadlines{Receipts: map[string]time.Duration{}, Statuses: map[order.Status]time.Duration{order.Created: time.Minute}}
	for _, sub := range event.Subscriptions {
		deadlines.Receipts[sub.Subscriber] = sub.Deadline
	}
	for late, at := range map[string]time.Time{"none late": at, "all late": at.Add(time.Hour)} {
		b.Run(late, func(b *testing.B) {
			for b.Loop() {
				if _, err := store.Overdue(ctx, at, deadlines); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
