package functions

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/event"
)

// The extension attributes of an event that is published again for one subscriber.
const (
	SubscriberAttribute = "webshopsubscriber"
	SendAttribute       = "webshopsend"
)

// Source returns the source of a type's events on EventBridge, e.g. "acme.webshop.order".
func Source(t event.Type) string { return "acme" + strings.ReplaceAll(event.Source(t), "/", ".") }

// seedTypes are the seed's events.
var seedTypes = []event.Type{
	event.TypeOrderCreated, event.TypeOrderPlaced, event.TypeStockCreated, event.TypeOrderDeliverable, event.TypeDeliveryBooked,
}

// SeedSource returns the source of a type's events in the seed's form, e.g. "microservicesdemo.order"; "" for a type that
// the seed does not have.
func SeedSource(t event.Type) string {
	if !slices.Contains(seedTypes, t) {
		return ""
	}
	return "microservicesdemo." + path.Base(event.Source(t))
}

// RuleName returns the name of a subscriber's rule, e.g. "shop-email-OrderCreated".
func RuleName(stack, subscriber string) string {
	return stack + "-" + strings.ReplaceAll(subscriber, ".", "-")
}

// SubscriberOfRule returns the subscriber of a rule, by the rule's name or ARN; "" if it is not one of the shop's.
func SubscriberOfRule(rule string) string {
	for _, sub := range event.Subscriptions {
		if strings.HasSuffix(rule, RuleName("", sub.Subscriber)) {
			return sub.Subscriber
		}
	}
	return ""
}

// Pattern returns the event pattern of a subscription's rule: all events of its type that are not published again for
// another subscriber.
func Pattern(sub event.Subscription) map[string]any {
	to := func(condition any) map[string]any {
		return map[string]any{"detail": map[string]any{SubscriberAttribute: []any{condition}}}
	}
	return map[string]any{
		"source": []any{Source(sub.Type)}, "detail-type": []any{string(sub.Type)},
		"$or": []any{to(map[string]any{"exists": false}), to(sub.Subscriber)},
	}
}

// InputTransformer is a rule's input transformer.
type InputTransformer struct {
	InputPathsMap map[string]string
	InputTemplate string
}

// Transformer converts an event to the input of a subscriber's function: which event, and of which order. The payload is
// in the journal, so that Lambda's queues, records and logs have no data of customers.
func Transformer(sub event.Subscription) InputTransformer {
	detail := map[string]string{"id": "<id>", "type": string(sub.Type), "subject": "<subject>", "traceparent": "<traceparent>"}
	template, _ := json.Marshal(map[string]any{ // texts: this cannot fail
		"subscriber": sub.Subscriber, "event": map[string]any{"detail-type": string(sub.Type), "detail": detail},
	})
	text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(template))
	return InputTransformer{
		InputPathsMap: map[string]string{"id": "$.detail.id", "subject": "$.detail.subject", "traceparent": "$.detail.traceparent"},
		InputTemplate: text,
	}
}

// Timeout returns how long an invocation may take: handling an event and storing its outcome take 25 seconds at most, and
// API Gateway waits for 29.
func (f Function) Timeout() time.Duration {
	switch {
	case f.Migrates:
		return 15 * time.Minute
	case f.Scheduled:
		return time.Minute
	case len(f.Subscribers) > 0:
		return 30 * time.Second
	}
	return 29 * time.Second
}
