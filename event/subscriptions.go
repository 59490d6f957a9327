package event

import (
	"strings"
	"time"
)

// Subscription is a named handler of one event type.
type Subscription struct {
	Subscriber string        // "<service>.<event type>"
	Type       Type          // the events it gets
	Deadline   time.Duration // how long its receipt may be pending before an alert is raised
	Outside    bool          // its effect is outside the database (mail, stockist, …), so the receipt is checked first
	Does       string        // its effect, for an operator who considers a replay
}

// Subscriptions are all subscribers. The store writes a pending receipt for each subscriber of an event in the transaction
// that writes the event. A process binds a handler to each subscriber of its services, and does not start if one is
// missing.
var Subscriptions = []Subscription{
	{Subscriber: "order.OrderCreated", Type: TypeOrderCreated, Deadline: 30 * time.Second, Does: "puts the order into the order book (status PLACED), or sends it to its reviews first (IN_REVIEW)"},
	{Subscriber: "email.OrderCreated", Type: TypeOrderCreated, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer thanks for the order"},
	{Subscriber: "email.PaymentRequested", Type: TypePaymentRequested, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer what to pay with, and until when"},
	{Subscriber: "email.PaymentDeclined", Type: TypePaymentDeclined, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer that the payment came to nothing"},
	{Subscriber: "fraud.ReviewRequested", Type: TypeReviewRequested, Deadline: time.Minute, Outside: true, Does: "asks the fraud check about the order, under the key check:ORDER; leaves orders without this review"},
	{Subscriber: "approval.ReviewRequested", Type: TypeReviewRequested, Deadline: 30 * time.Second, Does: "approves test orders; a real one waits for a person; leaves orders without this review"},
	{Subscriber: "order.ReviewDone", Type: TypeReviewDone, Deadline: 30 * time.Second, Does: "puts the order into the order book (status PLACED), or cancels it when a review refused it"},
	{Subscriber: "stock.OrderPlaced", Type: TypeOrderPlaced, Deadline: time.Minute, Outside: true, Does: "asks the stockist for the plants, under the key refill:ORDER"},
	{Subscriber: "finance.OrderPlaced", Type: TypeOrderPlaced, Deadline: 5 * time.Minute, Outside: true, Does: "tells the bookkeeping system of the sale, under the key sale:ORDER"},
	{Subscriber: "order.StockCreated", Type: TypeStockCreated, Deadline: 30 * time.Second, Does: "moves the order to STOCKED"},
	{Subscriber: "email.OrderDeliverable", Type: TypeOrderDeliverable, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer the link to pick a delivery time"},
	{Subscriber: "delivery.OrderDeliverable", Type: TypeOrderDeliverable, Deadline: 30 * time.Second, Does: "books the first free delivery time, for test orders only"},
	{Subscriber: "order.DeliveryBooked", Type: TypeDeliveryBooked, Deadline: 30 * time.Second, Does: "moves the order to DELIVERY_BOOKED"},
	{Subscriber: "email.DeliveryBooked", Type: TypeDeliveryBooked, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer that the delivery is booked"},
	{Subscriber: "delivery.DeliveryBooked", Type: TypeDeliveryBooked, Deadline: 5 * time.Minute, Outside: true, Does: "orders the van from the delivery company, under the key delivery:ORDER"},
	{Subscriber: "email.DeliveryRescheduled", Type: TypeDeliveryRescheduled, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer the new delivery time"},
	{Subscriber: "delivery.DeliveryRescheduled", Type: TypeDeliveryRescheduled, Deadline: 5 * time.Minute, Outside: true, Does: "tells the delivery company the new time, under the key delivery:ORDER.VERSION"},
	{Subscriber: "email.DeliveryStarted", Type: TypeDeliveryStarted, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer that the order is out for delivery"},
	{Subscriber: "email.DeliveryFailed", Type: TypeDeliveryFailed, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer that the delivery failed, and how to book again"},
	{Subscriber: "email.Delivered", Type: TypeDelivered, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer that the order is delivered"},
	{Subscriber: "order.OrderCancelled", Type: TypeOrderCancelled, Deadline: 5 * time.Minute, Outside: true, Does: "gives the money back at the payment provider, under the key refund:ORDER"},
	{Subscriber: "finance.OrderCancelled", Type: TypeOrderCancelled, Deadline: 5 * time.Minute, Outside: true, Does: "has the bookkeeping system take the sale back, under the key reversal:ORDER"},
	{Subscriber: "delivery.OrderCancelled", Type: TypeOrderCancelled, Deadline: 5 * time.Minute, Outside: true, Does: "calls the van off that was ordered, under the key delivery:ORDER.VERSION; leaves orders without a booked delivery"},
	{Subscriber: "email.OrderCancelled", Type: TypeOrderCancelled, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer that the order is cancelled"},
	{Subscriber: "delivery.OrderCorrected", Type: TypeOrderCorrected, Deadline: 5 * time.Minute, Outside: true, Does: "tells the delivery company the corrected name, telephone and address, under the key delivery:ORDER.VERSION; leaves orders without a delivery to come"},
	{Subscriber: "finance.RefundDone", Type: TypeRefundDone, Deadline: 5 * time.Minute, Outside: true, Does: "has the bookkeeping system take a part of the sale back, under the key reversal:ORDER.REFUND; leaves refunds that take back none"},
	{Subscriber: "email.RefundDone", Type: TypeRefundDone, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer what was given back, and why"},
	{Subscriber: "email.ComplaintMade", Type: TypeComplaintMade, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer that the complaint has arrived"},
	{Subscriber: "email.ComplaintAnswered", Type: TypeComplaintAnswered, Deadline: 5 * time.Minute, Outside: true, Does: "mails the customer what was decided about the complaint"},
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

// ReviewSteps lists the reviews: each is named for its service, which subscribes to ReviewRequested.
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
