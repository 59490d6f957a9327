package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"acme.example/webshop/platform/fault"
)

// Span is a span of a trace. The zero Span is none: its methods do nothing.
type Span struct{ span trace.Span }

// The kinds of spans.
const (
	Inside   = trace.SpanKindInternal
	Server   = trace.SpanKindServer
	Client   = trace.SpanKindClient
	Producer = trace.SpanKindProducer
	Consumer = trace.SpanKindConsumer
)

// Step starts a span within the context's trace. If there is no recorded trace, there is no span.
func Step(ctx context.Context, kind trace.SpanKind, name string) (context.Context, Span) {
	t := tracer.Load()
	if t == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, Span{}
	}
	ctx, span := (*t).Start(ctx, name, trace.WithSpanKind(kind))
	return ctx, Span{span}
}

// Begin starts a span caused from elsewhere: it continues the trace of the context (Remote), or starts one. A context
// without a trace gets ids even if no span is made.
func Begin(ctx context.Context, kind trace.SpanKind, name string) (context.Context, Span) {
	t := tracer.Load()
	switch {
	case t != nil:
		ctx, span := (*t).Start(ctx, name, trace.WithSpanKind(kind))
		return ctx, recorded(span)
	case trace.SpanContextFromContext(ctx).IsValid():
		return ctx, Span{}
	}
	return named(ctx), Span{}
}

// Fresh starts a new trace, linked to the context's: a stranger decides neither about recording nor about ids.
func Fresh(ctx context.Context, kind trace.SpanKind, name, stranger string) (context.Context, Span) {
	t := tracer.Load()
	if t == nil {
		return named(ctx), Span{}
	}
	options := []trace.SpanStartOption{trace.WithSpanKind(kind), trace.WithNewRoot()}
	if link := trace.LinkFromContext(Remote(context.Background(), stranger)); link.SpanContext.IsValid() {
		link.SpanContext = link.SpanContext.WithTraceState(trace.TraceState{})
		options = append(options, trace.WithLinks(link))
	}
	ctx, span := (*t).Start(ctx, name, options...)
	return ctx, recorded(span)
}

// Retry starts a span for a try of a repeatable step, linked to the try before it.
func Retry(ctx context.Context, name string, try Try) (context.Context, Span) {
	t := tracer.Load()
	if t == nil {
		return ctx, Span{}
	}
	within := trace.SpanContextFromContext(ctx)
	if !within.IsValid() {
		return Begin(ctx, Consumer, name)
	}
	_, span := (*t).Start(context.WithValue(ctx, spanKey{}, try.span()), name, trace.WithSpanKind(Consumer))
	if earlier, ok := try.before(); ok && span.IsRecording() {
		span.AddLink(trace.Link{SpanContext: trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: within.TraceID(), SpanID: earlier.span(), TraceFlags: within.TraceFlags(), Remote: true,
		})})
	}
	return trace.ContextWithSpan(ctx, span), recorded(span)
}

// Continue starts a span within the trace of an earlier one (a traceparent), linked with the context's trace both ways: a
// later request belongs to its order. If the earlier trace is the context's, or is not recorded, it is a Step.
func Continue(ctx context.Context, earlier string, kind trace.SpanKind, name string) (context.Context, Span) {
	t := tracer.Load()
	if t == nil {
		return ctx, Span{}
	}
	from := trace.SpanFromContext(ctx)
	there := trace.SpanContextFromContext(Remote(context.Background(), earlier))
	if !from.IsRecording() || !there.IsSampled() || there.TraceID() == from.SpanContext().TraceID() {
		return Step(ctx, kind, name)
	}
	ctx, span := (*t).Start(trace.ContextWithRemoteSpanContext(ctx, there), name, trace.WithSpanKind(kind),
		trace.WithLinks(trace.Link{SpanContext: from.SpanContext()}))
	from.AddLink(trace.Link{SpanContext: span.SpanContext()})
	return ctx, recorded(span)
}

// Group starts one span for many members, e.g. a transaction. It belongs to the first member with a recorded trace, and
// is linked with all others.
func Group(name string, members int, member func(int) context.Context) (group Span) {
	t := tracer.Load()
	if t == nil {
		return group
	}
	for i := range members {
		of := trace.SpanFromContext(member(i))
		if !of.IsRecording() {
			continue
		}
		if group.span == nil {
			_, group.span = (*t).Start(trace.ContextWithSpan(context.Background(), of), name, trace.WithSpanKind(Client))
			group.Int("webshop.members", int64(members))
			continue
		}
		group.span.AddLink(trace.Link{SpanContext: of.SpanContext()})
		of.AddLink(trace.Link{SpanContext: group.span.SpanContext()})
	}
	return group
}

func recorded(span trace.Span) Span {
	if !span.IsRecording() {
		return Span{}
	}
	return Span{span}
}

// Of returns the context's span.
func Of(ctx context.Context) Span {
	if !On() {
		return Span{}
	}
	return recorded(trace.SpanFromContext(ctx))
}

// None reports whether there is no recorded span.
func (s Span) None() bool { return s.span == nil }

// Name sets the span's name.
func (s Span) Name(name string) {
	if s.span != nil {
		s.span.SetName(name)
	}
}

// Text sets an attribute, in the shop's own words: never what someone sent.
func (s Span) Text(key, value string) {
	if s.span != nil {
		s.span.SetAttributes(attribute.String(key, value))
	}
}

// Int sets a numeric attribute.
func (s Span) Int(key string, value int64) {
	if s.span != nil {
		s.span.SetAttributes(attribute.Int64(key, value))
	}
}

// Order sets the span's order; 0 sets none.
func (s Span) Order(id int64) {
	if s.span != nil && id != 0 {
		s.Int("webshop.order_id", id)
	}
}

// Failed marks the span as failed, in one word.
func (s Span) Failed(code string) {
	if s.span != nil {
		s.span.SetAttributes(attribute.String("error.type", code))
		s.span.SetStatus(codes.Error, code)
	}
}

// End ends the span, with the code of its error.
func (s Span) End(err error) {
	if s.span == nil {
		return
	}
	if err != nil {
		s.Failed(string(fault.CodeOf(err)))
	}
	s.span.End()
}
