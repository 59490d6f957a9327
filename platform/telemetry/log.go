package telemetry

import (
	"context"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/trace"

	"acme.example/webshop/platform/fault"
)

// IDs identify what a piece of work is about.
type IDs struct {
	Order             int64  // 0: none
	Event, Subscriber string // "": none
}

type idsKey struct{}

// About returns a context whose log lines have ids.
func About(ctx context.Context, ids IDs) context.Context {
	return context.WithValue(ctx, idsKey{}, ids)
}

// AboutOrder returns a context whose log lines also have the order.
func AboutOrder(ctx context.Context, id int64) context.Context {
	ids, _ := ctx.Value(idsKey{}).(IDs)
	if ids.Order == id {
		return ctx
	}
	ids.Order = id
	return About(ctx, ids)
}

// OrderOf returns the order that a context is about; 0 for none.
func OrderOf(ctx context.Context) int64 {
	ids, _ := ctx.Value(idsKey{}).(IDs)
	return ids.Order
}

// Log returns a logger whose lines have the trace, order, event and subscriber of their context. Errors omit quotes of
// others (fault.Quote), which may be personal data. Durations have their unit, in JSON too. Repeated warnings and errors
// are folded (folds).
func Log(log *slog.Logger) *slog.Logger {
	if _, has := log.Handler().(logHandler); has {
		return log
	}
	return slog.New(logHandler{log.Handler(), &folds{seen: map[string]*fold{}}})
}

// TellRepeats writes the counts of folded lines, for a process that stops.
func TellRepeats(log *slog.Logger) {
	if h, ok := log.Handler().(logHandler); ok {
		h.folds.all()
	}
}

type logHandler struct {
	slog.Handler
	folds *folds
}

// Handle writes a line.
func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	line, told := slog.NewRecord(r.Time, r.Level, r.Message, r.PC), map[string]bool{}
	r.Attrs(func(a slog.Attr) bool {
		told[a.Key] = true
		line.AddAttrs(unquoted(a))
		return true
	})
	add := func(has bool, a slog.Attr) {
		if has && !told[a.Key] {
			line.AddAttrs(a)
		}
	}
	ids, _ := ctx.Value(idsKey{}).(IDs)
	add(ids.Order != 0, slog.Int64("order", ids.Order))
	add(ids.Event != "", slog.String("event", ids.Event))
	add(ids.Subscriber != "", slog.String("subscriber", ids.Subscriber))
	if within := trace.SpanContextFromContext(ctx); within.HasTraceID() {
		add(true, slog.String("trace", within.TraceID().String()))
	}
	key := foldKey(ctx, r)
	if key != "" && h.folds.again(key, func(times int, since time.Time) { h.repeat(line, times, since) }) {
		return nil
	}
	return h.Handler.Handle(ctx, line)
}

// repeat writes a line for its repetitions.
func (h logHandler) repeat(line slog.Record, times int, since time.Time) {
	more := line.Clone()
	more.AddAttrs(slog.Int("times", times), slog.Time("since", since))
	_ = h.Handler.Handle(context.Background(), more) // as a logger, which reports no error either
}

// unquoted returns an attribute without quotes of others, and with its unit.
func unquoted(a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().Round(time.Millisecond).String())
	}
	if err, ok := a.Value.Any().(error); ok && a.Value.Kind() == slog.KindAny {
		a.Value = slog.StringValue(fault.ForLog(err))
	}
	return a
}

// WithAttrs returns a handler whose lines have more attributes.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attrs), h.folds}
}

// WithGroup returns a handler whose lines are grouped.
func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.Handler.WithGroup(name), h.folds}
}
