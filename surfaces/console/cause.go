package console

import (
	"cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// causes is whose work an event comes from, where it is no one's from outside.
var causes = func() map[event.Type]string {
	by := map[event.Type]string{}
	for subscriber, t := range brings {
		by[t] = subscriber
	}
	return by
}()

func (t teller) causeOf(env event.Envelope) string {
	switch {
	case env.Type == event.TypeOrderCreated:
		return "made"
	case env.Type == event.TypeReviewRequested:
		return t.receiptID("order.OrderCreated")
	case env.Type == event.TypeReviewDone:
		return t.lastDecision()
	case env.Type == event.TypeOrderPlaced:
		return cmp.Or(t.receiptID("order.ReviewDone"), t.receiptID("order.OrderCreated"))
	case env.Type == event.TypeOrderCancelled:
		return t.calledOff(env)
	case env.Type == event.TypeDeliveryBooked && t.order.TestID == 0:
		return "" // its customer
	}
	return t.receiptID(causes[env.Type])
}

// calledOff is what led to a cancellation: an operator, the stockist, or (it is not known where) the customer.
func (t teller) calledOff(env event.Envelope) (cause string) {
	for _, a := range t.actions {
		if a.What == "cancel" && !a.Time.After(env.Time) {
			cause = actionID(a)
		}
	}
	if cause == "" && t.order.CancelReason == order.OutOfStock {
		cause = t.receiptID("stock.OrderPlaced")
	}
	if cause == "" && t.order.CancelReason == order.NotAccepted {
		cause = t.receiptID("order.ReviewDone")
	}
	return cause
}

// receiptID is the moment of a subscriber's receipt; an order has one event of each type, so there is one at most.
func (t teller) receiptID(subscriber string) string {
	for _, r := range t.receipts {
		if r.Subscriber == subscriber {
			return r.EventID + "." + subscriber
		}
	}
	return ""
}
