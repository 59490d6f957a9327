package console

import (
	"net/http"
	"slices"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// shape is the pipeline: the events and their subscribers.
type shape struct {
	Events   []eventShape   `json:"events"`
	Statuses []order.Status `json:"statuses"`
	Final    []order.Status `json:"final"` // those that orders may end in
	Markets  []string       `json:"markets"`
}

type eventShape struct {
	Type        event.Type        `json:"type"`
	Subscribers []subscriberShape `json:"subscribers"`
}

type subscriberShape struct {
	Name     string     `json:"name"`
	Service  string     `json:"service"`
	Does     string     `json:"does"`
	Deadline float64    `json:"deadline"` // seconds
	Brings   event.Type `json:"brings,omitempty"`
}

// brings maps a subscriber to the event that its work leads to. For order.OrderCreated the reviews come first, which few
// orders have.
var brings = func() map[string]event.Type {
	all := map[string]event.Type{
		"order.OrderCreated": event.TypeOrderPlaced, "order.ReviewDone": event.TypeOrderPlaced, "stock.OrderPlaced": event.TypeStockCreated,
		"order.StockCreated": event.TypeOrderDeliverable, "delivery.OrderDeliverable": event.TypeDeliveryBooked,
	}
	for _, subscriber := range event.SubscribersOf(event.TypeReviewRequested) {
		all[subscriber] = event.TypeReviewDone
	}
	return all
}()

func (c *Console) shape(*http.Request) (any, error) {
	deadlines := c.Deadlines()
	s := shape{Statuses: order.Statuses, Final: slices.DeleteFunc(slices.Clone(order.Statuses), func(s order.Status) bool { return !s.MayEnd() }), Markets: c.Markets()}
	for _, t := range event.Types {
		if event.Silent(t) {
			continue
		}
		e := eventShape{Type: t}
		for _, sub := range event.Subscriptions {
			if sub.Type == t {
				e.Subscribers = append(e.Subscribers, subscriberShape{
					Name: sub.Subscriber, Service: sub.Service(), Does: sub.Does, Deadline: deadlines.Receipts[sub.Subscriber].Seconds(), Brings: brings[sub.Subscriber],
				})
			}
		}
		s.Events = append(s.Events, e)
	}
	return s, nil
}
