package bus

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/telemetry"
)

// Publishing starts the span of a publishing, within the event's trace. The subscribers receive the trace context; it is
// "" if nothing is traced.
func Publishing(env event.Envelope, subscriber string, send int) (span telemetry.Span, traceParent string) {
	if !telemetry.On() || env.TraceParent == "" {
		return span, ""
	}
	ctx, span := telemetry.Begin(telemetry.Remote(context.Background(), env.TraceParent), telemetry.Producer, "publish "+string(env.Type))
	span.Order(env.OrderID)
	span.Text("webshop.event_id", env.ID)
	if subscriber != "" {
		span.Text("webshop.subscriber", subscriber)
		span.Int("webshop.sent_again", int64(send))
	}
	return span, telemetry.Traceparent(ctx)
}

type tryKey struct{}

// WithTry returns the context of a delivery: it continues the trace of the publishing, and has the try.
func WithTry(ctx context.Context, try telemetry.Try, traceParent string) context.Context {
	if !telemetry.On() {
		return ctx
	}
	return telemetry.Remote(context.WithValue(ctx, tryKey{}, try), traceParent)
}

// begin starts the span of a try. It is within the event's trace, unless the delivery has a place in it.
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
