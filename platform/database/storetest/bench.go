package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// Benchmark measures a store's work for one order from creation to delivery: twelve writes, and the reads between them.
func Benchmark(b *testing.B, open Open) {
	s := &stage{Store: open(b, time.Now)}
	s.OnCommit(func(events []event.Envelope) {
		for _, env := range events {
			s.ids.Store(place{env.OrderID, env.Type}, env.ID)
		}
	})
	var n atomic.Int64
	b.SetParallelism(64)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := s.live(fmt.Sprintf("benchmark-%09d", n.Add(1))); err != nil {
				b.Error(err)
			}
		}
	})
}

// stage is a store that finds event ids by order and type.
type stage struct {
	database.Store
	ids sync.Map // from place to the event's id
}

type place struct {
	order int64
	kind  event.Type
}

// live runs one order from creation to delivery.
func (s *stage) live(key string) error {
	o := (&fixture{at: time.Now()}).draft()
	o.Status, o.TestID = order.PaymentPending, 7
	o, _, err := s.CreateOrder(ctx, o, order.IdempotencyKey{Key: key, Fingerprint: "f", ValidFor: time.Hour})
	if err != nil {
		return err
	}
	if _, err := s.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Created, PaymentReference: "paid-" + key}); err != nil {
		return err
	}
	for _, sub := range event.Subscriptions {
		id, stated := s.ids.Load(place{o.ID, sub.Type})
		if !stated {
			continue // this order is not cancelled
		}
		if err := s.handle(o.ID, sub, id.(string)); err != nil {
			return fmt.Errorf("%s: %w", sub.Subscriber, err)
		}
	}
	return nil
}

// handle does a subscriber's calls of the store.
func (s *stage) handle(id int64, sub event.Subscription, eventID string) error {
	r := &event.Receipt{EventID: eventID, Subscriber: sub.Subscriber}
	ctx := event.WithReceipt(ctx, r)
	if sub.Outside {
		if open, err := s.ReceiptOpen(ctx, r); err != nil || !open {
			return fmt.Errorf("not open: %w", err)
		}
	}
	switch sub.Subscriber {
	case "order.OrderCreated":
		_, err := s.MoveOrder(ctx, order.Move{OrderID: id, To: order.Placed, Event: true})
		return err
	case "stock.OrderPlaced":
		return s.StockCreated(ctx, id)
	case "finance.OrderPlaced":
		sale, err := s.Sale(ctx, id)
		if err != nil {
			return err
		}
		return s.PostEntries(ctx, finance.Sold(id, sale.Amount, sale.Test))
	case "order.StockCreated":
		_, err := s.MoveOrder(ctx, order.Move{OrderID: id, To: order.Stocked, Event: true})
		return err
	case "delivery.OrderDeliverable":
		_, err := s.Book(ctx, id, delivery.Slot{Start: time.Now().Add(48 * time.Hour).Truncate(time.Hour)}, delivery.Room{Slot: 5})
		return err
	case "order.DeliveryBooked":
		_, err := s.MoveOrder(ctx, order.Move{OrderID: id, To: order.DeliveryBooked, Event: true})
		return err
	}
	return s.MarkDone(ctx, r)
}
