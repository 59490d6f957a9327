package simulation

import (
	"context"
	"time"

	"acme.example/webshop/approval"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// glance caches what outsiders, who look at each step, have seen of the shop since the last write.
type glance struct {
	orders  map[int64]order.Order
	reviews []event.OpenReview
	looked  bool // for reviews
}

// orderAt returns the current state of an order.
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

// openReviews returns the orders that wait for a person's approval.
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
