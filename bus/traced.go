package bus

import (
	"context"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"

	"acme.example/webshop/event"
	"acme.example/webshop/telemetry"
)

// traceHeader carries the span of the publishing. The event's own ce-traceparent, which says what caused the event, is the
// same each time that it is published.
const traceHeader = "traceparent"

// publishing begins the span of a publishing, within the event's trace, and lets the message carry it on.
func publishing(msg *nats.Msg, env event.Envelope, subscriber string, send int) (span telemetry.Span) {
	if !telemetry.On() || env.TraceParent == "" {
		return span
	}
	ctx, span := telemetry.Begin(telemetry.Remote(context.Background(), env.TraceParent), telemetry.Producer, "publish "+string(env.Type))
	span.Order(env.OrderID)
	span.Text("webshop.event_id", env.ID)
	if subscriber != "" {
		span.Text("webshop.subscriber", subscriber)
		span.Int("webshop.sent_again", int64(send))
	}
	msg.Header.Set(traceHeader, telemetry.Traceparent(ctx))
	return span
}

type tryKey struct{}

// within is the context of a delivery: it continues the trace of the publishing, and knows which try it is.
func within(ctx context.Context, env event.Envelope, subscriber string, msg *nats.Msg) context.Context {
	if !telemetry.On() {
		return ctx
	}
	try := telemetry.Try{Event: env.ID, Subscriber: subscriber, Sent: sent(msg.Header.Get(nats.MsgIdHdr)), Delivered: 1}
	if m, err := msg.Metadata(); err == nil {
		try.Delivered = int(m.NumDelivered)
	}
	return telemetry.Remote(context.WithValue(ctx, tryKey{}, try), msg.Header.Get(traceHeader))
}

// sent reads from a message's id how often its event was sent again (Publish).
func sent(id string) int {
	n, err := strconv.Atoi(id[strings.LastIndexByte(id, '/')+1:])
	if err != nil {
		return 0
	}
	return n
}

// begin begins the span of a try. It is within the event's trace, unless the message brought where in it.
func begin(ctx context.Context, sub event.Subscription, env event.Envelope) (context.Context, telemetry.Span) {
	ctx = telemetry.About(ctx, telemetry.IDs{Order: env.OrderID, Event: env.ID, Subscriber: sub.Subscriber})
	if !telemetry.Traced(ctx) {
		ctx = telemetry.Remote(ctx, env.TraceParent)
	}
	if !telemetry.On() {
		return ctx, telemetry.Span{}
	}
	try, ok := ctx.Value(tryKey{}).(telemetry.Try)
	if !ok {
		try = telemetry.Try{Event: env.ID, Subscriber: sub.Subscriber, Delivered: 1}
	}
	ctx, span := telemetry.Retry(ctx, sub.Subscriber, try)
	span.Order(env.OrderID)
	span.Text("webshop.event_id", env.ID)
	return ctx, span
}
