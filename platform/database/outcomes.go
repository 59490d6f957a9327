package database

import "acme.example/webshop/event"

// Outcome counts the real orders with one outcome in a period.
type Outcome struct {
	Event    event.Type // OrderCreated, ReviewDone, StockCreated or OrderCancelled; empty: the payment was declined
	Provider string     // of the payment; empty: by invoice
	Reason   string     // of a cancellation
	Count    int
}
