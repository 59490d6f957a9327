package event

import (
	"strings"
	"time"
)

// Subscription is one subscriber: a named handler of one event type, and the time that its receipt may take.
type Subscription struct {
	Subscriber string        // "<service>.<event type>"
	Type       Type          // what it hears
	Deadline   time.Duration // how long after the event its receipt may be pending before that is an alert
	Outside    bool          // whether its effect is outside the database (mail, stockist, …), so that the receipt is looked at first
	Does       string        // what it does about the event, for the operator who thinks of replaying one
}

// Subscriptions is the one table of who hears what. The store writes a pending receipt for each of an event's
// subscribers in the transaction that writes the event; the bus has one consumer for each; the process that serves a
// subscriber binds a handler to its name, and does not start when one is missing.
var Subscriptions = []Subscription{
	{"order.OrderCreated", TypeOrderCreated, 30 * time.Second, false, "puts the order into the order book (status PLACED), or sends it to its reviews first (IN_REVIEW)"},
	{"email.OrderCreated", TypeOrderCreated, 5 * time.Minute, true, "mails the customer thanks for the order"},
	{"email.PaymentDeclined", TypePaymentDeclined, 5 * time.Minute, true, "mails the customer that the payment came to nothing"},
	{"fraud.ReviewRequested", TypeReviewRequested, time.Minute, true, "asks the fraud check about the order, under the key check:ORDER; leaves orders without this review"},
	{"approval.ReviewRequested", TypeReviewRequested, 30 * time.Second, false, "approves test orders; a real one waits for a person; leaves orders without this review"},
	{"order.ReviewDone", TypeReviewDone, 30 * time.Second, false, "puts the order into the order book (status PLACED), or calls it off when a review refused it"},
	{"stock.OrderPlaced", TypeOrderPlaced, time.Minute, true, "asks the stockist for the plants, under the key refill:ORDER"},
	{"finance.OrderPlaced", TypeOrderPlaced, 5 * time.Minute, true, "tells the bookkeeping system of the sale, under the key sale:ORDER"},
	{"order.StockCreated", TypeStockCreated, 30 * time.Second, false, "moves the order to STOCKED"},
	{"email.OrderDeliverable", TypeOrderDeliverable, 5 * time.Minute, true, "mails the customer the link to pick a delivery time"},
	{"delivery.OrderDeliverable", TypeOrderDeliverable, 30 * time.Second, false, "books the first free delivery time, for test orders only"},
	{"order.DeliveryBooked", TypeDeliveryBooked, 30 * time.Second, false, "moves the order to DELIVERY_BOOKED"},
	{"email.DeliveryBooked", TypeDeliveryBooked, 5 * time.Minute, true, "mails the customer that the delivery is booked"},
	{"delivery.DeliveryBooked", TypeDeliveryBooked, 5 * time.Minute, true, "orders the van from the delivery company, under the key delivery:ORDER"},
	{"order.OrderCancelled", TypeOrderCancelled, 5 * time.Minute, true, "gives the money back at the payment provider, under the key refund:ORDER"},
	{"finance.OrderCancelled", TypeOrderCancelled, 5 * time.Minute, true, "has the bookkeeping system take the sale back, under the key reversal:ORDER"},
	{"email.OrderCancelled", TypeOrderCancelled, 5 * time.Minute, true, "mails the customer that the order is cancelled"},
}

var outside = func() map[string]bool {
	all := map[string]bool{}
	for _, s := range Subscriptions {
		all[s.Subscriber] = s.Outside
	}
	return all
}()

// Outside reports whether a subscriber's effect is outside the database.
func Outside(subscriber string) bool { return outside[subscriber] }

// SubscribersOf lists the names of an event type's subscribers. The list is shared: it must not be changed.
func SubscribersOf(t Type) []string { return subscribers[t] }

// ReviewSteps lists the reviews that there are: each is of a service that hears ReviewRequested, and is called as it is.
func ReviewSteps() (steps []string) {
	for _, subscriber := range SubscribersOf(TypeReviewRequested) {
		steps = append(steps, strings.TrimSuffix(subscriber, "."+string(TypeReviewRequested)))
	}
	return steps
}

var subscribers = func() map[Type][]string {
	all := map[Type][]string{}
	for _, s := range Subscriptions {
		all[s.Type] = append(all[s.Type], s.Subscriber)
	}
	return all
}()
