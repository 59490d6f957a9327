package database

import (
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// OpenReviews is orders as those see them who review them.
func OpenReviews(orders []order.Order) (seen []event.OpenReview) {
	for _, o := range orders {
		seen = append(seen, o.OpenReview())
	}
	return seen
}
