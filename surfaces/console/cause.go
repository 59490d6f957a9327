package console

import (
	"cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// causes maps an event to the subscriber whose work causes it; an event caused from outside has none.
var causes = func() map[event.Type]string {
	by := map[event.Type]string{}
	for subscriber, t := range brings {
		by[t] = subscriber
	}
	return by
}()

func (b builder) causeOf(env event.Envelope) string {
	switch {
	case env.Type == event.TypeOrderCreated:
		return "made"
	case env.Type == event.TypeReviewRequested:
		return b.receiptID("order.OrderCreated")
	case env.Type == event.TypeReviewDone:
		return b.lastDecision()
	case env.Type == event.TypeOrderPlaced:
		return cmp.Or(b.receiptID("order.ReviewDone"), b.receiptID("order.OrderCreated"))
	case env.Type == event.TypeOrderCancelled:
		return b.cancelCause(env)
	case env.Type == event.TypeDeliveryBooked && b.order.TestID == 0:
		return "" // its customer
	}
	return b.receiptID(causes[env.Type])
}

// cancelCause returns what led to a cancellation: an operator, the stockist, or unknown, which is usually the customer.
func (b builder) cancelCause(env event.Envelope) (cause string) {
	for _, a := range b.actions {
		if a.What == "cancel" && !a.Time.After(env.Time) {
			cause = actionID(a)
		}
	}
	if cause == "" && b.order.CancelReason == order.OutOfStock {
		cause = b.receiptID("stock.OrderPlaced")
	}
	if cause == "" && b.order.CancelReason == order.NotAccepted {
		cause = b.receiptID("order.ReviewDone")
	}
	return cause
}

// receiptID is the moment of a subscriber's receipt. An order has at most one event of each type.
func (b builder) receiptID(subscriber string) string {
	for _, r := range b.receipts {
		if r.Subscriber == subscriber {
			return r.EventID + "." + subscriber
		}
	}
	return ""
}
