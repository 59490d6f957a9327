package edge

import (
	"context"
	"net/http"

	"acme.example/webshop/platform/telemetry"
)

// untraced are paths that are called all the time, or answered for minutes: their traces would hide the others.
var untraced = map[string]bool{
	"/healthz": true, "/readyz": true, "/metrics": true, "/alerts": true, "/trackOrder/live": true, "/console/live": true,
}

// Traced makes each request a span. The private listener, whose callers are the shop's own, continues a caller's trace
// (W3C trace context). The public one starts its own and only links the caller's: a stranger's ids could merge many
// orders into one trace, and their flags could have every request recorded.
func Traced(public bool) func(http.Handler) http.Handler {
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

// answered adds the route and the status to a request's span.
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
