package app_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	collected "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"acme.example/webshop/app"
)

// collector receives traces as an OTLP collector does. The process sends its traces there until end.
type collector struct {
	*testing.T
	end func()

	mu   sync.Mutex
	raw  bytes.Buffer
	byID map[string]*spans.Span
	all  []*spans.Span
}

// collect starts a collector. Tests that use it cannot run in parallel: a process sends its traces to one place.
func collect(t *testing.T) *collector {
	t.Helper()
	c := &collector{T: t, byID: map[string]*spans.Span{}}
	server := httptest.NewServer(http.HandlerFunc(c.take))
	t.Cleanup(server.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "100000")
	stop, err := app.Config{}.Traces(t.Context(), testLogger(&sharedLog{}))
	if err != nil {
		t.Fatal(err)
	}
	c.end = sync.OnceFunc(func() {
		if err := stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(c.end)
	return c
}

func (c *collector) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var sent collected.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &sent)
	}
	if err != nil || r.URL.Path != "/v1/traces" {
		c.Errorf("%s: %v", r.URL.Path, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw.Write(body)
	for _, resource := range sent.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			for _, s := range scope.Spans {
				c.byID[string(s.SpanId)] = s
				c.all = append(c.all, s)
			}
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// traceOf returns the spans of the trace in which an order was created.
func (c *collector) traceOf(orderID int64) (trace []*spans.Span) {
	c.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var id string
	for _, s := range c.all {
		if s.Name == "POST /createOrder" && intOf(s, "webshop.order_id") == orderID {
			id = string(s.TraceId)
		}
	}
	for _, s := range c.all {
		if id != "" && string(s.TraceId) == id {
			trace = append(trace, s)
		}
	}
	if len(trace) == 0 {
		c.Fatalf("no trace of order %d among %d spans", orderID, len(c.all))
	}
	return trace
}

// way returns the names of a span and those above it, the outermost first.
func (c *collector) way(s *spans.Span) (names []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ; s != nil; s = c.byID[string(s.ParentSpanId)] {
		names = append([]string{s.Name}, names...)
		if len(s.ParentSpanId) > 0 && c.byID[string(s.ParentSpanId)] == nil {
			return append([]string{"(missing)"}, names...)
		}
	}
	return names
}

func intOf(s *spans.Span, key string) int64 {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.GetIntValue()
		}
	}
	return 0
}

// linksTo reports whether a span is linked to another.
func linksTo(from, to *spans.Span) bool {
	for _, l := range from.Links {
		if string(l.SpanId) == string(to.SpanId) && string(l.TraceId) == string(to.TraceId) {
			return true
		}
	}
	return false
}
