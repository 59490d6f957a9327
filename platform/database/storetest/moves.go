package storetest

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// aDay is a cut-off
var aDay = new(cutoff.Before(24 * time.Hour))

func aDeliveryIsMovedUntilItsCutOff(t *testing.T, f *fixture) {
	o := f.booked()
	old, to := o.DeliveryTime, delivery.Slot{Start: f.now().Add(72 * time.Hour), End: f.now().Add(75 * time.Hour), Zone: "north"}
	room := delivery.Room{Slot: 1, CutOff: aDay}
	for range 2 { // the same again is the same answer
		b, err := f.Move(ctx, o.ID, to, room)
		if err != nil || !b.Time.Equal(to.Start) || !b.Until.Equal(to.End) || b.Zone != "north" || b.Version() != 2 {
			t.Fatalf("Move = %+v, %v", b, err)
		}
	}
	moved, err := event.Open[event.DeliveryRescheduled](f.event(o.ID, event.TypeDeliveryRescheduled)) // once
	if err != nil || moved.PreviousTime != delivery.Millis(old) || moved.DeliveryTime != delivery.Millis(to.Start) || moved.DeliveryUntil != delivery.Millis(to.End) || moved.Version != 2 {
		t.Errorf("the event is %+v, %v", moved, err)
	}
	f.counts("US", old, 0)
	f.counts("US/north", to.Start, 1)
	_, err = f.Move(ctx, f.booked().ID, to, room)
	f.wantCode(err, fault.SlotTaken)
	_, err = f.Move(ctx, f.stocked().ID, to, room)
	f.wantCode(err, fault.NotReady)
	_, err = f.Move(ctx, o.ID, delivery.Slot{Start: old}, delivery.Room{Slot: 1})
	f.wantCode(err, fault.TooLate) // without a cut-off it is never changed
	f.pass(49 * time.Hour)
	_, err = f.Move(ctx, o.ID, delivery.Slot{Start: old}, room)
	f.wantCode(err, fault.TooLate)
	f.counts("US/north", to.Start, 1)
}

func aBookedOrderIsCancelledUntilItsCutOff(t *testing.T, f *fixture) {
	off := func(o order.Order, c *cutoff.Before) (order.Order, error) {
		return f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Cancelled, Reason: order.ByCustomer, CutOff: c})
	}
	o := f.booked()
	slot := o.DeliveryTime
	_, err := off(o, nil)
	f.wantCode(err, fault.Conflict)
	for range 2 {
		got, err := off(o, new(cutoff.Before(0)))
		if err != nil || got.Status != order.Cancelled || !got.DeliveryTime.IsZero() {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	f.counts("US", slot, 0)
	e, err := event.Open[event.OrderCancelled](f.event(o.ID, event.TypeOrderCancelled))
	if err != nil || e.DeliveryTime != delivery.Millis(slot) || e.DeliveryVersion != 2 {
		t.Errorf("the event is %+v, %v", e, err)
	}
	late := f.booked()
	f.pass(late.DeliveryTime.Sub(f.now()) - 23*time.Hour)
	_, err = off(late, aDay)
	f.wantCode(err, fault.TooLate)
}

// slotsAreRightWhateverMoves: customers book, move and cancel at the same time, and no slot has ever more orders than room, nor
// counts one that has left it.
func slotsAreRightWhateverMoves(t *testing.T, f *fixture) {
	days := 0
	rapid.Check(t, func(rt *rapid.T) {
		capacity, customers := rapid.IntRange(1, 3).Draw(rt, "capacity"), rapid.IntRange(1, 6).Draw(rt, "customers")
		seed := rapid.Uint64().Draw(rt, "seed")
		days += 5
		first := f.now().Add(time.Duration(days) * 24 * time.Hour)
		room := delivery.Room{Slot: capacity, CutOff: new(cutoff.Before(0))}
		ids := make([]int64, customers)
		var group sync.WaitGroup
		for i := range ids {
			ids[i] = f.stocked().ID
			for twice := range uint64(2) { // each order is changed by two at a time
				group.Go(func() { f.change(rand.New(rand.NewPCG(seed, uint64(i)*2+twice)), ids[i], first, room) })
			}
		}
		group.Wait()
		f.slotsAre(rt, ids, first, capacity)
	})
}

// change books, moves and cancels one order. Any of it may be refused.
func (f *fixture) change(dice *rand.Rand, id int64, first time.Time, room delivery.Room) {
	for range 4 {
		to := delivery.Slot{Start: first.Add(time.Duration(dice.IntN(3)) * time.Hour)}
		var err error
		switch dice.IntN(6) {
		case 0, 1:
			_, err = f.Book(ctx, id, to, room)
		case 2:
			_, err = f.MoveOrder(ctx, order.Move{OrderID: id, To: order.Cancelled, Reason: order.ByCustomer, CutOff: room.CutOff})
		default:
			_, err = f.Move(ctx, id, to, room)
		}
		if code := fault.CodeOf(err); code == fault.Internal {
			f.Error(err)
		}
	}
}

// slotsAre compares what slots count with the orders that have them.
func (f *fixture) slotsAre(rt *rapid.T, ids []int64, first time.Time, capacity int) {
	counted, err := f.Booked(ctx, "US", first)
	if err != nil {
		rt.Fatal(err)
	}
	have := map[time.Time]int{}
	for _, id := range ids {
		if at := f.order(id).DeliveryTime; !at.IsZero() {
			have[at]++
		}
	}
	for hour := range 3 {
		at := first.Add(time.Duration(hour) * time.Hour)
		if have[at] != counted[at] || have[at] > capacity {
			rt.Fatalf("slot %d of %d places: %d orders have it, %d are counted", hour, capacity, have[at], counted[at])
		}
	}
}

// counts expects so many bookings of a slot.
func (f *fixture) counts(pool string, at time.Time, want int) {
	f.Helper()
	booked, err := f.Booked(ctx, pool, at)
	if f.must(err); booked[at] != want {
		f.Errorf("the slot %s %s counts %d, want %d", pool, at, booked[at], want)
	}
}
