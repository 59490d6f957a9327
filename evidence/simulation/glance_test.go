package simulation

import (
	"context"
	"time"

	"acme.example/webshop/approval"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// glance is what those outside the shop have seen of it since something was last written: they look at each step.
type glance struct {
	orders  map[int64]order.Order
	reviews []event.OpenReview
	looked  bool // for reviews
}

// orderAt returns an order as it is.
func (l *life) orderAt(id int64) order.Order {
	if o, known := l.glance.orders[id]; known {
		return o
	}
	o, err := l.store.Order(context.Background(), id)
	if err != nil {
		l.wrong("no order is lost", "%v", err)
	}
	if l.glance.orders == nil {
		l.glance.orders = map[int64]order.Order{}
	}
	l.glance.orders[id] = o
	return o
}

// openReviews returns what waits for the person who approves orders.
func (l *life) openReviews() []event.OpenReview {
	if l.glance.looked {
		return l.glance.reviews
	}
	open, err := l.store.OpenReviews(context.Background(), approval.Step, time.Now().Add(time.Minute), 10)
	if err != nil {
		panic(err)
	}
	l.glance.reviews, l.glance.looked = open, true
	return open
}
