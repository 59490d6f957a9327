package telemetry_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"acme.example/webshop/platform/telemetry"
)

// TestFlushSendsWhatHasEnded before the process is frozen. Other spans are sent later; without traces nothing is.
func TestFlushSendsWhatHasEnded(t *testing.T) {
	if err := telemetry.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	var sent atomic.Int32
	collector := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent.Add(1) }))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	stop, err := telemetry.Open(t.Context(), telemetry.Process{Name: "test"}, slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	_, span := telemetry.Begin(t.Context(), telemetry.Server, "call")
	span.End(nil)
	if err := telemetry.Flush(t.Context()); err != nil || sent.Load() != 1 {
		t.Errorf("%d sent, %v", sent.Load(), err)
	}
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := telemetry.Flush(t.Context()); err != nil {
		t.Error(err)
	}
}
