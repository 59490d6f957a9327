package storetest

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

func stockIsCreatedOnce(t *testing.T, f *fixture) {
	o := f.created()
	f.wantCode(f.StockCreated(ctx, o.ID), fault.Conflict) // not placed yet
	f.move(o.ID, order.Placed)
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			if err := f.StockCreated(ctx, o.ID); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	f.event(o.ID, event.TypeStockCreated)
	f.move(o.ID, order.Stocked)
	if err := f.StockCreated(ctx, o.ID); err != nil {
		t.Errorf("a late answer of the stockist: %v", err)
	}
	f.event(o.ID, event.TypeStockCreated)
	cancelled := f.created()
	if fresh, err := f.StockOrder(ctx, cancelled.ID); err != nil || fresh.Placed {
		t.Errorf("not in the order book: StockOrder = %+v, %v", fresh, err)
	}
	f.move(cancelled.ID, order.Cancelled)
	if err := f.StockCreated(ctx, cancelled.ID); err != nil {
		t.Errorf("stock for a cancelled order: %v", err)
	}
	sold, err := f.StockOrder(ctx, o.ID)
	if err != nil || !slices.Equal(sold.Products, o.Products) || sold.ID != o.ID || !sold.Placed || sold.Cancelled {
		t.Errorf("StockOrder = %+v, %v", sold, err)
	}
	sale, err := f.Sale(ctx, o.ID)
	if err != nil || sale.Amount != o.Total || sale.Test {
		t.Errorf("Sale = %+v, %v", sale, err)
	}
}

func aBookingIsMadeOnce(t *testing.T, f *fixture) {
	o := f.stocked()
	slot := f.now().Add(24 * time.Hour)
	early := f.created()
	_, err := f.Book(ctx, early.ID, delivery.Slot{Start: slot}, delivery.Room{Slot: 5})
	f.wantCode(err, fault.NotReady)
	for range 2 {
		b, err := f.Book(ctx, o.ID, delivery.Slot{Start: slot}, delivery.Room{Slot: 5})
		if err != nil || !b.Time.Equal(slot) || b.Name != o.Customer.Name || b.City != o.Customer.City {
			t.Fatalf("Book = %+v, %v", b, err)
		}
	}
	_, err = f.Book(ctx, o.ID, delivery.Slot{Start: slot.Add(time.Hour)}, delivery.Room{Slot: 5})
	f.wantCode(err, fault.AlreadyBooked)
	payload, err := event.Open[event.DeliveryBooked](f.event(o.ID, event.TypeDeliveryBooked))
	if err != nil || payload.Street != o.Customer.Street {
		t.Errorf("payload %+v, %v", payload, err)
	}
	if done := f.move(o.ID, order.DeliveryBooked); !done.DeliveryTime.Equal(slot) {
		t.Errorf("the order's time is %s, want %s", done.DeliveryTime, slot)
	}
	booked, err := f.Booked(ctx, "US", f.now())
	if err != nil || len(booked) != 1 || booked[slot] != 1 {
		t.Errorf("Booked = %v, %v", booked, err)
	}
}

// aSlotIsNeverOverbooked by random numbers of customers, for random capacities.
func aSlotIsNeverOverbooked(t *testing.T, f *fixture) {
	days := 0
	rapid.Check(t, func(rt *rapid.T) {
		capacity := rapid.IntRange(1, 4).Draw(rt, "capacity")
		customers := rapid.IntRange(1, 9).Draw(rt, "customers")
		days++
		slot := f.now().Add(time.Duration(days) * 24 * time.Hour)
		var got atomic.Int64
		var group sync.WaitGroup
		for range customers {
			o := f.stocked()
			group.Go(func() {
				_, err := f.Book(ctx, o.ID, delivery.Slot{Start: slot}, delivery.Room{Slot: capacity})
				if err == nil {
					got.Add(1)
				} else if fault.CodeOf(err) != fault.SlotTaken {
					t.Error(err)
				}
			})
		}
		group.Wait()
		booked, err := f.Booked(ctx, "US", slot)
		if want := min(capacity, customers); err != nil || int(got.Load()) != want || booked[slot] != want {
			rt.Fatalf("capacity %d, customers %d: %d got a place, %d are counted, %v", capacity, customers, got.Load(), booked[slot], err)
		}
	})
}

func testOrdersTakeNoRoom(t *testing.T, f *fixture) {
	slot := f.now().Add(24 * time.Hour)
	for range 3 {
		o := f.stocked(func(o *order.Order) { o.TestID = 9 })
		if _, err := f.Book(ctx, o.ID, delivery.Slot{Start: slot}, delivery.Room{Slot: 1}); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Book(ctx, f.stocked().ID, delivery.Slot{Start: slot}, delivery.Room{Slot: 1}); err != nil {
		t.Errorf("a customer found no room beside tests: %v", err)
	}
}

// aRefusalThatComesTooLateIsTold: the order continues, and the receipt of the request to the stockist becomes a dead
// letter, once.
func aRefusalThatComesTooLateIsTold(t *testing.T, f *fixture) {
	o := f.booked()
	f.wantCode(f.RefuseStock(ctx, o.ID), fault.InProgress) // the stockist is still being asked
	asked := f.receipt(o.ID, event.TypeOrderPlaced, "stock.OrderPlaced")
	f.wantCode(f.RefuseStock(event.WithReceipt(ctx, asked), o.ID), fault.Conflict) // the subscriber's own failure
	f.must(f.MarkDone(ctx, asked))
	for range 2 {
		f.must(f.RefuseStock(ctx, o.ID))
	}
	letter, err := f.DeadLetter(ctx, asked)
	if err != nil || letter.Envelope.OrderID != o.ID || letter.Attempts != 1 || !strings.Contains(letter.LastError, "refused the order") {
		t.Errorf("%+v, %v", letter, err)
	}
	if now := f.order(o.ID); now.Status != order.DeliveryBooked || now.CancelReason != "" {
		t.Errorf("%+v", now)
	}
	f.must(f.Discard(ctx, asked, "they deliver after all"))
	f.must(f.RefuseStock(ctx, o.ID))
	if got := f.state(o.ID, "stock.OrderPlaced"); got.State != "discarded" {
		t.Errorf("told again: %+v", got)
	}
	f.wantCode(f.RefuseStock(ctx, f.created(func(o *order.Order) { o.Status = order.PaymentPending }).ID), fault.Conflict)
	old := f.sold()
	f.pass(year)
	f.archived(1)
	f.wantCode(f.RefuseStock(ctx, old.ID), fault.Conflict)
}
