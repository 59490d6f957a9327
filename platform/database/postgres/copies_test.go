package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/fault"
)

// copies opens several stores on one database, as many processes do.
func copies(t *testing.T, n int, now func() time.Time) (all []*postgres.Store) {
	url := pgtest.Database(t)
	for range n {
		all = append(all, openAt(t, url, now))
	}
	return all
}

// TestManyRelaysTakeEachReceiptOnce, concurrently, and together all that are due.
func TestManyRelaysTakeEachReceiptOnce(t *testing.T) {
	stores := copies(t, 4, time.Now)
	const orders = 300
	var taking sync.WaitGroup
	for i := range orders {
		taking.Go(func() {
			if _, _, err := stores[i%len(stores)].CreateOrder(t.Context(), draft(), order.IdempotencyKey{}); err != nil {
				t.Error(err)
			}
		})
	}
	taking.Wait()
	var mu sync.Mutex
	taken := map[string]int{}
	at := time.Now().Add(time.Hour)
	for _, store := range stores {
		for range 2 {
			taking.Go(func() {
				for { // others may have locked the rest, so an empty result does not mean the end
					due, err := store.TakeDue(t.Context(), at, time.Hour, 20)
					mu.Lock()
					for _, d := range due {
						taken[d.Envelope.ID+" "+d.Subscriber]++
					}
					done := err != nil || len(taken) == orders*len(event.SubscribersOf(event.TypeOrderCreated))
					mu.Unlock()
					if err != nil {
						t.Error(err)
					}
					if done || t.Context().Err() != nil {
						return
					}
				}
			})
		}
	}
	taking.Wait()
	for key, n := range taken {
		if n != 1 {
			t.Errorf("%s was taken %d times", key, n)
		}
	}
}

// TestManyCopiesHaveOneEffect: all copies get the same requests and events at once.
func TestManyCopiesHaveOneEffect(t *testing.T) {
	ctx, stores := t.Context(), copies(t, 4, time.Now)
	slot := time.Now().Add(24 * time.Hour).Truncate(time.Second).UTC()
	const orders, capacity = 20, 7
	var fresh, placed, booked atomic.Int64
	each := func(of func(i int, s *postgres.Store)) {
		var all sync.WaitGroup
		for i := range orders {
			for _, s := range stores {
				all.Go(func() { of(i, s) })
			}
		}
		all.Wait()
	}
	var ids [orders]atomic.Int64
	each(func(i int, s *postgres.Store) {
		o, isFresh, err := s.CreateOrder(ctx, draft(), order.IdempotencyKey{Key: fmt.Sprint("key:", i), Fingerprint: "f", ValidFor: time.Hour})
		if err != nil {
			t.Error(err)
		}
		if isFresh {
			fresh.Add(1)
		}
		ids[i].Store(o.ID)
	})
	for _, s := range stores {
		s.OnCommit(func(events []event.Envelope) { placed.Add(int64(len(events))) })
	}
	var events [orders]string
	for i := range orders {
		history, err := stores[0].History(ctx, ids[i].Load())
		if err != nil || len(history) != 1 {
			t.Fatalf("%d events, %v", len(history), err)
		}
		events[i] = history[0].ID
	}
	each(func(i int, s *postgres.Store) {
		r := &event.Receipt{EventID: events[i], Subscriber: "order.OrderCreated"}
		if _, err := s.MoveOrder(event.WithReceipt(ctx, r), order.Move{OrderID: ids[i].Load(), To: order.Placed}); err != nil {
			t.Error(err)
		}
	})
	each(func(i int, s *postgres.Store) {
		if _, err := s.MoveOrder(ctx, order.Move{OrderID: ids[i].Load(), To: order.Stocked}); err != nil {
			t.Error(err)
		}
	})
	each(func(i int, s *postgres.Store) {
		if _, err := s.Book(ctx, ids[i].Load(), delivery.Slot{Start: slot}, delivery.Room{Slot: capacity}); err == nil {
			booked.Add(1)
		} else if fault.CodeOf(err) != fault.SlotTaken {
			t.Error(err)
		}
	})
	rooms, err := stores[0].Booked(ctx, "", slot)
	if err != nil || fresh.Load() != orders || rooms[slot] != capacity || booked.Load() != int64(capacity*len(stores)) {
		t.Errorf("%d orders, %d of %d rooms, told %d times, %v", fresh.Load(), rooms[slot], capacity, booked.Load(), err)
	}
	if want := int64(2*orders + capacity); placed.Load() != want {
		t.Errorf("%d events were told, want %d", placed.Load(), want)
	}
}

// TestAllCopiesSeeWhatWaits: the admission of each copy knows the backlog of all.
func TestAllCopiesSeeWhatWaits(t *testing.T) {
	stores := copies(t, 2, time.Now)
	if _, _, err := stores[0].CreateOrder(context.Background(), draft(), order.IdempotencyKey{}); err != nil {
		t.Fatal(err)
	}
	for _, s := range stores {
		for end := time.Now().Add(time.Minute); s.Backlog() != (database.Backlog{Inside: 1, Outside: 1}); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("backlog: %+v", s.Backlog()) // a count may be a moment old
			}
		}
	}
}
