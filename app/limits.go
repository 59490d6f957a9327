package app

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"acme.example/webshop/limit"
)

// maxConnections bounds the open connections of the public listener, so that those left over, and all files, are for
// what the shop itself opens. More wait until one is closed.
const maxConnections = 10_000

// limits bounds what each client may ask of the public listener.
func (s *system) limits(cfg Config, mux *http.ServeMux) func(http.Handler) http.Handler {
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "webshop_rate_limited_total", Help: "Requests that were refused because their client asked too often, by class.",
	}, []string{"class"})
	for _, class := range []limit.Class{limit.Pages, limit.Reads, limit.Writes, limit.Streams} {
		refused.WithLabelValues(class.String()) // so that they are there before the first
	}
	s.metrics.MustRegister(refused)
	guard := limit.Guard{
		Limiter: limit.New(cfg.RateLimit), Proxies: cfg.TrustedProxy, Now: s.now, ClassOf: classOf(mux),
		Refused: func(c limit.Class) { refused.WithLabelValues(c.String()).Inc() },
	}
	return guard.Handler
}

// classOf tells which limit a request counts against.
func classOf(mux *http.ServeMux) func(*http.Request) limit.Class {
	return func(r *http.Request) limit.Class {
		_, pattern := mux.Handler(r)
		_, path, hasMethod := strings.Cut(pattern, " ")
		switch {
		case !hasMethod || path == "/healthz" || path == "/readyz" || strings.HasPrefix(path, "/callbacks/"):
			return limit.Pages
		case path == "/trackOrder/live":
			return limit.Streams
		case r.Method == http.MethodGet || r.Method == http.MethodHead || path == "/quote" || path == "/trackOrder/share": // they store nothing
			return limit.Reads
		}
		return limit.Writes
	}
}

// tellLimits adds the answer for who asks too often to each operation of an API.
func tellLimits(api huma.API) {
	for _, item := range api.OpenAPI().Paths {
		for _, operation := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
			if operation == nil || operation.Responses["422"] == nil {
				continue
			}
			refusal := *operation.Responses["422"]
			refusal.Description = http.StatusText(http.StatusTooManyRequests)
			operation.Responses["429"] = &refusal
		}
	}
}
