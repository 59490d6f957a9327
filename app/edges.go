package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/pprof"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/cors"

	"acme.example/webshop/database/graphql"
	"acme.example/webshop/fault"
	"acme.example/webshop/web"
)

// public is the public listener: the API, and around it health, pages, CORS and limits.
func (s *system) public(cfg Config, ready func(context.Context) error) http.Handler {
	mux, log := http.NewServeMux(), s.log
	api := newAPI(mux, publicTitle)
	s.publicAPI(api)
	closeMethods(mux, api)
	intake := newIntake(cfg.MaxIntake, cfg.MaxBacklog, s.store.Untried)
	s.metrics.MustRegister(intake.metrics()...)
	healthy := func(context.Context) error { return nil }
	handle(mux, "/healthz", health(healthy, log), http.MethodGet)
	handle(mux, "/readyz", health(ready, log), http.MethodGet)
	mux.Handle("/", web.Handler())
	around := []func(http.Handler) http.Handler{logged(log), traced, withHeaders(cfg.PublicURL)}
	if len(cfg.CORSOrigin) > 0 {
		around = append(around, cors.New(cors.Options{
			AllowedOrigins: cfg.CORSOrigin, AllowedMethods: []string{"GET", "POST"},
			AllowedHeaders: []string{"Content-Type", "Idempotency-Key", "Traceparent"},
			ExposedHeaders: []string{"Retry-After"}, MaxAge: 600, OptionsSuccessStatus: http.StatusNoContent,
		}).Handler)
	}
	if cfg.RateLimit > 0 {
		around = append(around, s.limits(cfg, mux))
	}
	return chain(mux, append(around, measured(s.requests), intake.bounded, readBody, asJSON)...)
}

// health answers whether all is well.
func health(check func(context.Context) error, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := check(r.Context()); err != nil {
			log.WarnContext(r.Context(), "not ready", "error", err)
			fault.Write(w, notReady(err))
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// notReady says why, as far as it may be told in public.
func notReady(cause error) *fault.Error {
	why, known := errors.AsType[*fault.Error](cause)
	if !known {
		return fault.New(fault.Unavailable, "the shop is not ready")
	}
	e := fault.New(fault.Unavailable, "the shop is not ready: %s", why.Message)
	e.RetryAfter = why.RetryAfter
	return e
}

// private is the private listener: the API, and around it GraphQL, console, mails, partners' knobs, metrics, profiles.
func (s *system) private(cfg Config) (http.Handler, error) {
	mux := http.NewServeMux()
	api := newAPI(mux, privateTitle)
	s.privateAPI(api)
	closeMethods(mux, api)
	resolver := &graphql.Resolver{Store: s.store, Orders: s.orders, Delivery: s.delivery}
	handle(mux, "/database", bareQuery(graphql.Handler(resolver, s.log)), http.MethodGet, http.MethodPost)
	console := s.openConsole()
	if err := console.Routes(func(path string, h http.Handler) { handle(mux, path, h, http.MethodGet) }); err != nil {
		return nil, err
	}
	handle(mux, "/{$}", http.RedirectHandler("/console", http.StatusSeeOther), http.MethodGet)
	handle(mux, "/metrics", promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{}), http.MethodGet)
	for path, h := range map[string]http.Handler{"/mail": s.mail.mailbox.Handler(), "/partners": s.partners.simulated.Knobs()} {
		mux.Handle(path, problemMethods(h))
		mux.Handle(path+"/", problemMethods(h))
	}
	handle(mux, "/partners/real", realPartners(cfg), http.MethodGet)
	mux.Handle("/debug/pprof/", problemMethods(profiles()))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fault.Write(w, fault.New(fault.NotFound, "there is nothing at this address; see /console and /openapi.json"))
	})
	crossOrigin := http.NewCrossOriginProtection() // no page of another site may act through the operator's browser
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fault.Write(w, fault.New(fault.Forbidden, "a page of another site may not call this"))
	}))
	return chain(mux, logged(s.log), traced, withHeaders(""), crossOrigin.Handler, guarded(cfg.operators()), readBody, asJSON, measured(s.requests), console.Recorded), nil
}

// profiles serves pprof.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", func(w http.ResponseWriter, _ *http.Request) {
		fault.Write(w, fault.New(fault.NotFound, "the command line is not told: it may hold secrets"))
	})
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// measure makes the shop's metrics.
func (s *system) measure() {
	s.metrics = prometheus.NewRegistry()
	s.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "webshop_http_request_seconds", Help: "Time of HTTP requests by route and status.", Buckets: prometheus.DefBuckets,
	}, []string{"route", "status"})
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), s.requests)
}

// groups makes the metric of the store's transactions, and returns what counts them.
func (s *system) groups() func(writes int) {
	size := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "webshop_store_commit_writes", Help: "Writes in each transaction of the store.",
		Buckets: prometheus.ExponentialBuckets(1, 2, 9),
	})
	s.metrics.MustRegister(size)
	return func(writes int) { size.Observe(float64(writes)) }
}
