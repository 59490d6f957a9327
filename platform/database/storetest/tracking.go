package storetest

import (
	"slices"
	"testing"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// onItsWay returns an order whose delivery is booked for a day ahead, and whose carrier reports about it if it is tracked.
func (f *fixture) onItsWay(tracked bool) order.Order {
	f.Helper()
	o := f.stocked(func(o *order.Order) { o.Terms.Tracked = tracked })
	_, err := f.Book(ctx, o.ID, delivery.Slot{Start: f.now().Add(24 * time.Hour)}, delivery.Room{Slot: 5})
	f.must(err)
	return f.move(o.ID, order.DeliveryBooked)
}

// whatACarrierReportsIsKept, with its events. An order may have several events of one type.
func whatACarrierReportsIsKept(t *testing.T, f *fixture) {
	o := f.onItsWay(true)
	for _, to := range []order.Status{order.OutForDelivery, order.DeliveryFailed, order.OutForDelivery, order.Delivered, order.OutForDelivery} {
		f.pass(time.Minute)
		_, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: to, Event: true, Report: order.Report{At: f.now(), Number: "V1", LeftAt: "door"}})
		f.must(err)
	}
	history, err := f.History(ctx, o.ID)
	f.must(err)
	var told []event.Type
	for _, env := range history {
		told = append(told, env.Type)
	}
	want := []event.Type{event.TypeDeliveryBooked, event.TypeDeliveryStarted, event.TypeDeliveryFailed, event.TypeDeliveryStarted, event.TypeDelivered}
	if now := f.order(o.ID); now.Status != order.Delivered || now.Tracking.LeftAt != "door" || !slices.Equal(told[len(told)-len(want):], want) {
		t.Errorf("it is %s with %+v, and its journal %v", now.Status, now.Tracking, told)
	}
}

// whatFailedIsBookedAgain whatever the cut-off: its slot is free again, and the journal tells the other time.
func whatFailedIsBookedAgain(t *testing.T, f *fixture) {
	o := f.onItsWay(true)
	slot, to := o.DeliveryTime, delivery.Slot{Start: f.now().Add(72 * time.Hour)}
	report := func(status order.Status) error {
		f.pass(time.Minute)
		return f.ReportDelivery(ctx, o.ID, delivery.Report{Status: string(status), At: f.now(), Reason: "no one in"})
	}
	f.must(report(order.OutForDelivery))
	_, err := f.Move(ctx, o.ID, to, delivery.Room{Slot: 5})
	f.wantCode(err, fault.NotReady)
	f.must(report(order.DeliveryFailed))
	_, err = f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.DeliveryBooked})
	f.wantCode(err, fault.Conflict)
	for range 2 {
		b, err := f.Move(ctx, o.ID, to, delivery.Room{Slot: 1})
		if now := f.order(o.ID); err != nil || !b.Time.Equal(to.Start) || now.Status != order.DeliveryBooked || !now.StatusAt.Equal(f.now()) {
			t.Fatalf("%+v, %v; it is %s", b, err, now.Status)
		}
	}
	f.counts("US", slot, 0)
	f.counts("US", to.Start, 1)
	moved, err := event.Open[event.DeliveryRescheduled](f.event(o.ID, event.TypeDeliveryRescheduled))
	if err != nil || moved.PreviousTime != delivery.Millis(slot) || moved.Version != 2 {
		t.Errorf("%+v, %v", moved, err)
	}
	f.must(report(order.Delivered))
	if now := f.order(o.ID); now.Status != order.Delivered || now.Tracking.By != order.ByCarrier {
		t.Errorf("it is %s, %+v", now.Status, now.Tracking)
	}
}

// nobodySaidDelivered of an order that was booked for yesterday. One that is not tracked has ended.
func nobodySaidDelivered(t *testing.T, f *fixture) {
	o := f.onItsWay(true)
	f.onItsWay(false)
	deadlines := database.Deadlines{Statuses: map[order.Status]time.Duration{order.DeliveryBooked: time.Hour}}
	f.pass(24*time.Hour + time.Minute)
	if late, err := f.Overdue(ctx, f.now(), deadlines); err != nil || len(late) != 0 {
		t.Errorf("while it may still come: %v, %v", late, err)
	}
	f.pass(time.Hour)
	late, err := f.Overdue(ctx, f.now(), deadlines)
	if err != nil || len(late) != 1 || late[0].Count != 1 || late[0].Oldest[0].OrderID != o.ID || !late[0].Oldest[0].Since.Equal(o.DeliveryTime) {
		t.Errorf("%+v, %v", late, err)
	}
}
