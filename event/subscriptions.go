package event

import "time"

// Subscription is one subscriber: a named handler of one event type, and the time that its receipt may take.
type Subscription struct {
	Subscriber string        // "<service>.<event type>"
	Type       Type          // what it hears
	Deadline   time.Duration // how long after the event its receipt may be pending before that is an alert
	Outside    bool          // whether its effect is outside the database (mail, stockist, …), so that the receipt is looked at first
}

// Subscriptions is the one table of who hears what. The store writes a pending receipt for each of an event's
// subscribers in the transaction that writes the event; the bus has one consumer for each; the process that serves a
// subscriber binds a handler to its name, and does not start when one is missing.
var Subscriptions = []Subscription{
	{"order.OrderCreated", TypeOrderCreated, 30 * time.Second, false},
	{"email.OrderCreated", TypeOrderCreated, 5 * time.Minute, true},
	{"stock.OrderPlaced", TypeOrderPlaced, time.Minute, true},
	{"finance.OrderPlaced", TypeOrderPlaced, 5 * time.Minute, true},
	{"order.StockCreated", TypeStockCreated, 30 * time.Second, false},
	{"email.OrderDeliverable", TypeOrderDeliverable, 5 * time.Minute, true},
	{"delivery.OrderDeliverable", TypeOrderDeliverable, 30 * time.Second, false},
	{"order.DeliveryBooked", TypeDeliveryBooked, 30 * time.Second, false},
	{"email.DeliveryBooked", TypeDeliveryBooked, 5 * time.Minute, true},
	{"delivery.DeliveryBooked", TypeDeliveryBooked, 5 * time.Minute, true},
	{"order.OrderCancelled", TypeOrderCancelled, 5 * time.Minute, true},
	{"finance.OrderCancelled", TypeOrderCancelled, 5 * time.Minute, true},
	{"email.OrderCancelled", TypeOrderCancelled, 5 * time.Minute, true},
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

// SubscribersOf lists the names of an event type's subscribers.
func SubscribersOf(t Type) []string {
	var names []string
	for _, s := range Subscriptions {
		if s.Type == t {
			names = append(names, s.Subscriber)
		}
	}
	return names
}
