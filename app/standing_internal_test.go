package app

import (
	"context"
	"testing"
	"time"

	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// oneOrder is a store that counts its calls.
type oneOrder struct {
	order.Order
	asked int
}

func (o *oneOrder) read(id int64) (order.Order, error) {
	o.asked++
	if id != o.ID {
		return order.Order{}, fault.New(fault.NotFound, "none")
	}
	return o.Order, nil
}

type oneStore struct{ *oneOrder }

func (s oneStore) Order(_ context.Context, id int64) (order.Order, error) { return s.read(id) }

// TestALateMailLooksAtItsOrder: a prompt one does not, nor one that no event caused.
func TestALateMailLooksAtItsOrder(t *testing.T) {
	now := time.Date(2026, 11, 26, 14, 0, 0, 0, time.UTC)
	var ids database.EventIDs
	caused := func(ago time.Duration) context.Context {
		return event.WithReceipt(t.Context(), &event.Receipt{EventID: ids.New(now.Add(-ago)), Subscriber: "email.OrderDeliverable"})
	}
	for name, c := range map[string]struct {
		ctx   context.Context
		asked int
	}{
		"late": {caused(promptMail + time.Millisecond), 1}, "prompt": {caused(promptMail / 2), 0}, "by hand": {t.Context(), 1},
		"odd id": {event.WithReceipt(t.Context(), &event.Receipt{EventID: "x"}), 1},
	} {
		store := &oneOrder{Order: order.Order{ID: 7, Status: order.Cancelled, DeliveryTime: now}}
		at, err := standings{oneStore{store}, func() time.Time { return now }}.Standing(c.ctx, 7)
		want := email.Standing{}
		if c.asked > 0 {
			want = email.Standing{Cancelled: true, DeliveryTime: now}
		}
		if err != nil || at != want || store.asked != c.asked {
			t.Errorf("%s: %+v, %v, asked %d times", name, at, err, store.asked)
		}
	}
}
