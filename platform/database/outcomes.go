package database

import "acme.example/webshop/event"

// Outcome is how often real orders went one way in some time.
type Outcome struct {
	Event    event.Type // OrderCreated, ReviewDone, StockCreated or OrderCancelled; "": the payment was declined
	Provider string     // of the payment; "": by invoice
	Reason   string     // of a cancellation
	Count    int
}
