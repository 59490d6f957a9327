package telemetry

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"strconv"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// ids makes the ids of traces and spans. They are no secrets.
type ids struct{}

// NewIDs returns the ids of a trace and its first span.
func (ids) NewIDs(context.Context) (trace.TraceID, trace.SpanID) { return randomTrace(), randomSpan() }

// NewSpanID returns the id in the context (Try), or a random one.
func (ids) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	if named, ok := ctx.Value(spanKey{}).(trace.SpanID); ok {
		return named
	}
	return randomSpan()
}

func randomTrace() (id trace.TraceID) {
	binary.NativeEndian.PutUint64(id[:8], rand.Uint64())
	binary.NativeEndian.PutUint64(id[8:], 1|rand.Uint64()) // an id of zeros is invalid
	return id
}

func randomSpan() (id trace.SpanID) {
	binary.NativeEndian.PutUint64(id[:], 1|rand.Uint64())
	return id
}

type spanKey struct{}

// Try identifies a try of a repeatable step. Its span's id is derived from it, so that a later try, in any process, knows
// the span of the earlier one.
type Try struct {
	Event, Subscriber string
	Sent, Delivered   int // 0 and 1 the first time
}

func (t Try) span() (id trace.SpanID) {
	sum := sha256.Sum256([]byte(t.Event + "/" + t.Subscriber + "/" + strconv.Itoa(t.Sent) + "/" + strconv.Itoa(t.Delivered)))
	copy(id[:], sum[:])
	return id
}

// before returns the try before this one, if any.
func (t Try) before() (Try, bool) {
	switch {
	case t.Delivered > 1:
		t.Delivered--
		return t, true
	case t.Sent > 0:
		t.Sent--
		return t, true
	}
	return t, false
}

var w3c = propagation.TraceContext{}

// Remote returns a context that continues the trace of a W3C traceparent, if it is valid.
func Remote(ctx context.Context, traceparent string) context.Context {
	if traceparent == "" {
		return ctx
	}
	return w3c.Extract(ctx, propagation.MapCarrier{"traceparent": traceparent})
}

// Traced reports whether a context is within a trace.
func Traced(ctx context.Context) bool { return trace.SpanContextFromContext(ctx).IsValid() }

// Traceparent is the W3C traceparent of a context; "" for none.
func Traceparent(ctx context.Context) string {
	if !Traced(ctx) {
		return ""
	}
	carrier := propagation.MapCarrier{}
	w3c.Inject(ctx, carrier)
	return carrier["traceparent"]
}

// named adds ids of a new trace to a context without spans, for the log and the journal.
func named(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: randomTrace(), SpanID: randomSpan()}))
}
