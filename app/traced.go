package app

import (
	"context"
	"log/slog"
	"net/http"

	"acme.example/webshop/telemetry"
)

// Traces begins to send the traces of this process to where the environment says (OTEL_EXPORTER_OTLP_ENDPOINT), and
// nothing when it says nothing. The returned function sends the last ones; it is to be called after Stop.
func (c Config) Traces(ctx context.Context, log *slog.Logger) (stop func(context.Context) error, err error) {
	p := telemetry.Process{Name: "webshop", Version: Version, Services: c.running()}
	if !c.whole() {
		p.Name += "-" + c.running()
	}
	return telemetry.Open(ctx, p, log)
}

// untraced are paths that are asked all the time, or answered for minutes: their traces would hide the others.
var untraced = map[string]bool{
	"/healthz": true, "/readyz": true, "/metrics": true, "/alerts": true, "/trackOrder/live": true, "/console/live": true,
}

// traced makes each request a step of a trace. The private listener, whose callers are ours, continues a caller's trace
// (W3C trace context). The public one begins its own, and only links what the caller says: a stranger's ids could make
// many orders one trace, and his flags could have every request recorded.
func traced(public bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if untraced[r.URL.Path] {
				next.ServeHTTP(w, r)
				return
			}
			ctx, span := begin(r, public)
			defer span.End(nil)
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

func begin(r *http.Request, public bool) (context.Context, telemetry.Span) {
	caller := r.Header.Get("Traceparent")
	if public {
		return telemetry.Fresh(r.Context(), telemetry.Server, "request", caller)
	}
	return telemetry.Begin(telemetry.Remote(r.Context(), caller), telemetry.Server, "request")
}

// answered says in a request's span which route it had, and what was answered.
func answered(r *http.Request, route string, status int) {
	span := telemetry.Of(r.Context())
	if span.None() {
		return
	}
	method := r.Method
	if method != http.MethodGet && method != http.MethodPost && method != http.MethodHead && method != http.MethodPut && method != http.MethodDelete {
		method = "OTHER"
	}
	span.Name(method + " " + route)
	span.Text("http.route", route)
	span.Int("http.response.status_code", int64(status))
	if status >= http.StatusInternalServerError {
		span.Failed(http.StatusText(status))
	}
}
