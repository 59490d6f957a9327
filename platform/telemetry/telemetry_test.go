package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

const caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// TestOffCostsNothing: without traces, the spans of an order allocate nothing.
func TestOffCostsNothing(t *testing.T) {
	ctx := telemetry.Remote(t.Context(), caller)
	members := []context.Context{ctx, ctx}
	failure := errors.New("failed")
	if n := testing.AllocsPerRun(1000, func() {
		ctx, span := telemetry.Step(ctx, telemetry.Client, "store")
		span.Order(1)
		span.Text("key", "value")
		span.Int("key", 1)
		group := telemetry.Group("commit", len(members), func(i int) context.Context { return members[i] })
		group.End(failure)
		_, again := telemetry.Continue(ctx, caller, telemetry.Client, "store")
		again.End(failure)
		_, try := telemetry.Retry(ctx, "email", telemetry.Try{Event: "e", Subscriber: "s"})
		try.Failed("x")
		telemetry.Of(ctx).Name("x")
		span.End(nil)
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// TestOffHasIDs: the log and the journal have trace ids even without spans; a stranger's are not used.
func TestOffHasIDs(t *testing.T) {
	ctx, _ := telemetry.Fresh(t.Context(), telemetry.Server, "request", caller)
	own := telemetry.Traceparent(ctx)
	if len(own) != len(caller) || strings.Contains(own, "0af7651916cd43dd8448eb211c80319c") || !strings.HasSuffix(own, "-00") {
		t.Errorf("traceparent %q", own)
	}
	if ctx, _ := telemetry.Begin(telemetry.Remote(t.Context(), caller), telemetry.Server, "request"); telemetry.Traceparent(ctx) != caller {
		t.Errorf("a caller of ours goes on as %q", telemetry.Traceparent(ctx))
	}
	for _, wrong := range []string{"", "x", "00-00000000000000000000000000000000-0000000000000000-01"} {
		if got := telemetry.Traceparent(telemetry.Remote(t.Context(), wrong)); got != "" {
			t.Errorf("%q is continued as %q", wrong, got)
		}
	}
}

// TestLogCarriesIDs: the trace, and what the work is about; a line's own attributes are not repeated; quotes are left
// out.
func TestLogCarriesIDs(t *testing.T) {
	var out bytes.Buffer
	log := telemetry.Log(slog.New(slog.NewTextHandler(&out, nil)))
	ctx := telemetry.About(telemetry.Remote(t.Context(), caller), telemetry.IDs{Order: 7, Event: "e1", Subscriber: "s1"})
	log.With("k", "v").InfoContext(telemetry.AboutOrder(ctx, 8), "m", "event", "own", "error", fault.Wrap(fault.Quote{Text: "Ann"}, fault.Invalid, "refused"))
	log.Info("bare")
	lines := strings.Split(out.String(), "\n")
	if want := `msg=m k=v event=own error="refused: (their words are with the event)" order=8 subscriber=s1 trace=0af7651916cd43dd8448eb211c80319c`; !strings.HasSuffix(lines[0], want) {
		t.Errorf("%s\nwant %s", lines[0], want)
	}
	if !strings.HasSuffix(lines[1], "msg=bare") {
		t.Error(lines[1])
	}
	if telemetry.Log(log) != log {
		t.Error("a logger is wrapped twice")
	}
}

// TestWhatTheEnvironmentSays: off without an endpoint; an unsupported protocol is an error, not silence.
func TestWhatTheEnvironmentSays(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	for _, c := range []struct {
		name  string
		env   map[string]string
		on    bool
		fails string
	}{
		{"nothing", nil, false, ""},
		{"an endpoint", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL}, true, ""},
		{"one of traces", map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": server.URL + "/v1/traces"}, true, ""},
		{"disabled", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL, "OTEL_SDK_DISABLED": "true"}, false, ""},
		{"no exporter", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL, "OTEL_TRACES_EXPORTER": "none"}, false, ""},
		{"another exporter", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL, "OTEL_TRACES_EXPORTER": "zipkin"}, false, "OTEL_TRACES_EXPORTER"},
		{"gRPC", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, false, "http/protobuf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			stop, err := telemetry.Open(t.Context(), telemetry.Process{Name: "test"}, slog.New(slog.DiscardHandler))
			if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Error(err)
			}
			if telemetry.On() != c.on {
				t.Errorf("on: %v", telemetry.On())
			}
			if err := stop(t.Context()); err != nil {
				t.Error(err)
			}
			if telemetry.On() {
				t.Error("it goes on after its end")
			}
		})
	}
}

// TestSampling: a stranger's request for recording has no effect, and what is not recorded has no spans.
func TestSampling(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	t.Setenv("OTEL_TRACES_SAMPLER", "parentbased_always_off")
	stop, err := telemetry.Open(t.Context(), telemetry.Process{Name: "test"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop(context.Background()) })
	ctx, span := telemetry.Fresh(t.Context(), telemetry.Server, "request", caller)
	if _, inner := telemetry.Step(ctx, telemetry.Client, "step"); !span.None() || !inner.None() {
		t.Error("a stranger had his request recorded")
	}
	if telemetry.Traceparent(ctx) == "" {
		t.Error("it has no ids")
	}
	if _, ours := telemetry.Begin(telemetry.Remote(t.Context(), caller), telemetry.Server, "request"); ours.None() {
		t.Error("what a process of ours records does not go on")
	}
}
