package database

import (
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// OpenReviews converts orders to the form that reviewing services see.
func OpenReviews(orders []order.Order) (seen []event.OpenReview) {
	for _, o := range orders {
		seen = append(seen, o.OpenReview())
	}
	return seen
}
