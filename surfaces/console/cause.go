package console

import (
	"cmp"
	"slices"

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
	case env.Type == event.TypeOrderCancelled, env.Type == event.TypePaymentDeclined:
		return b.cancelCause(env)
	case env.Type == event.TypePaymentRequested:
		return b.attemptOf(env)
	case env.Type == event.TypeRefundDone:
		return b.refundCause(env)
	case env.Type == event.TypeComplaintMade:
		return "" // its customer
	case env.Type == event.TypeComplaintAnswered:
		return b.refundCause(env)
	case env.Type == event.TypeDeliveryBooked && b.order.TestID == 0:
		return "" // its customer
	}
	return b.receiptID(causes[env.Type])
}

// attemptOf is the moment at which the payment was begun that an event tells of.
func (b builder) attemptOf(env event.Envelope) string {
	e, err := event.Open[event.PaymentRequested](env)
	if err != nil || e.Payment == 1 {
		return "made"
	}
	return paymentID(int(e.Payment))
}

// refundCause returns the person's action that led to a refund, or to the answer of a complaint, if one did.
func (b builder) refundCause(env event.Envelope) (cause string) {
	for _, a := range b.actions {
		if (slices.Contains([]string{"refund", "approve-refund", "answer-complaint"}, a.What)) && !a.Time.After(env.Time) {
			cause = actionID(a)
		}
	}
	return cause
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

// receiptID is the moment of a subscriber's receipt for a type of which an order has one event.
func (b builder) receiptID(subscriber string) string {
	for _, r := range b.receipts {
		if r.Subscriber == subscriber {
			return r.EventID + "." + subscriber
		}
	}
	return ""
}
