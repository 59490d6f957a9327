// Package telemetry makes the shop's traces, and adds the ids of traces, orders and events to its log.
//
// It guarantees: unless the environment names a collector (OTEL_EXPORTER_OTLP_ENDPOINT), no span is made or allocated; a
// slow or missing collector delays nothing, since what does not fit into a bounded queue is dropped; and a span contains
// only the shop's own names, codes and numbers, nothing of a customer.
//
// Without spans there are still trace ids, in the log and in the journal.
package telemetry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// stopTimeout bounds the sending of the last spans at the end.
const stopTimeout = 3 * time.Second

// tracer makes the spans; nil: none are made.
var tracer atomic.Pointer[trace.Tracer]

// On reports whether spans are made.
func On() bool { return tracer.Load() != nil }

// Process describes this process in its traces.
type Process struct {
	Name     string // of the service, unless OTEL_SERVICE_NAME says another
	Version  string
	Services string // which services of the shop it runs
}

var nothing = func(context.Context) error { return nil }

// Open starts sending the traces of the process if the environment names a collector (OTEL_EXPORTER_OTLP_ENDPOINT). stop
// sends the last spans, for 3 seconds at most, and ends it.
func Open(ctx context.Context, p Process, log *slog.Logger) (stop func(context.Context) error, err error) {
	wanted, err := wanted(os.Getenv)
	if err != nil || !wanted {
		return nothing, err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces", "error", err) }))
	sender, err := otlptracehttp.New(ctx)
	if err != nil {
		return nothing, fmt.Errorf("traces: %w", err)
	}
	about, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", p.Name), attribute.String("service.version", p.Version),
		attribute.String("service.instance.id", trace.SpanID(randomSpan()).String()), attribute.String("webshop.services", p.Services),
	), resource.WithFromEnv()) // without the process's command line, which may have secrets
	if err != nil {
		return nothing, fmt.Errorf("traces: %w", err)
	}
	provider := sdktrace.NewTracerProvider( // OTEL_TRACES_SAMPLER, OTEL_BSP_… and OTEL_SPAN_… are read there
		sdktrace.WithResource(about), sdktrace.WithIDGenerator(ids{}), sdktrace.WithBatcher(&quiet{SpanExporter: sender, log: log}))
	flush.Store(new(provider.ForceFlush))
	made := provider.Tracer("acme.example/webshop", trace.WithInstrumentationVersion(p.Version))
	tracer.Store(&made)
	return func(ctx context.Context) error {
		tracer.CompareAndSwap(&made, nil)
		flush.Store(nil)
		ctx, cancel := context.WithTimeout(ctx, stopTimeout)
		defer cancel()
		return provider.Shutdown(ctx)
	}, nil
}

// flush sends the spans that wait; nil: there are none.
var flush atomic.Pointer[func(context.Context) error]

// Flush sends the spans that have ended, for 3 seconds at most, for a process that may be frozen at any time.
func Flush(ctx context.Context) error {
	send := flush.Load()
	if send == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	return (*send)(ctx)
}

// wanted reports whether the environment wants spans.
func wanted(env func(string) string) (bool, error) {
	endpoint := cmp.Or(env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), env("OTEL_EXPORTER_OTLP_ENDPOINT"))
	exporter, protocol := env("OTEL_TRACES_EXPORTER"), cmp.Or(env("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), env("OTEL_EXPORTER_OTLP_PROTOCOL"))
	switch {
	case env("OTEL_SDK_DISABLED") == "true" || endpoint == "" || exporter == "none":
		return false, nil
	case exporter != "" && exporter != "otlp":
		return false, errors.New("OTEL_TRACES_EXPORTER: there are otlp and none")
	case protocol != "" && protocol != "http/protobuf":
		return false, errors.New("OTEL_EXPORTER_OTLP_PROTOCOL: only http/protobuf is spoken; its port is 4318 with most collectors")
	}
	return true, nil
}

// quiet logs once that spans cannot be sent, and once that they can be again. Spans of a failed try are lost.
type quiet struct {
	sdktrace.SpanExporter
	log  *slog.Logger
	away atomic.Bool
}

// ExportSpans sends spans.
func (q *quiet) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := q.SpanExporter.ExportSpans(ctx, spans)
	switch {
	case err != nil && !q.away.Swap(true):
		q.log.Warn("traces cannot be sent and are lost; nothing else is affected; this is logged once", "error", err)
	case err == nil && q.away.Swap(false):
		q.log.Info("traces can be sent again")
	}
	return nil
}
