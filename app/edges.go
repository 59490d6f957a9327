package app

import (
	"context"
	"net/http"
	"net/http/pprof"
	"runtime"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/login"
	"acme.example/webshop/rules"
	"acme.example/webshop/surfaces/edge"
	"acme.example/webshop/surfaces/graphql"
	"acme.example/webshop/surfaces/ops"
	"acme.example/webshop/surfaces/web"
)

// Version is the version of the API.
const Version = "1.0.0"

// The titles of the two APIs.
const (
	publicTitle  = "ACME webshop"
	privateTitle = "ACME webshop, private side"
)

// maxStoreBody bounds a GraphQL request: an order with what the rules make of it, and what its customer typed.
const maxStoreBody = order.MaxSize + 4*edge.MaxBody

// public returns the handler of the public listener: the API, with health, pages, CORS and limits.
func (s *system) public(ready func(context.Context) error) http.Handler {
	mux, log, cfg := http.NewServeMux(), s.log, s.cfg
	api := edge.NewAPI(mux, publicTitle, Version)
	s.publicAPI(api)
	s.elsewhere(mux, publicTitle)
	edge.CloseMethods(mux, api)
	healthy := func(context.Context) error { return nil }
	edge.Handle(mux, "/healthz", health(healthy, log), http.MethodGet)
	edge.Handle(mux, "/readyz", health(ready, log), http.MethodGet)
	mux.Handle("/", s.served(orderService, web.HandlerOf(web.Shop{URL: cfg.PublicURL, Plants: s.plants})))
	if s.partners.simulated != nil && s.cfg.simulatesPages() {
		mux.Handle(simulatedPages+"/", http.StripPrefix(simulatedPages, s.partners.simulated.Pages()))
	}
	s.staged(mux)
	around := []func(http.Handler) http.Handler{s.unprefixed, edge.Traced(true), edge.Logged(log), edge.WithHeaders(cfg.PublicURL)}
	around = append(append(around, s.origins()...), withClient(cfg.TrustedProxy))
	count, read := edge.Measured(s.requests), s.readCounted()
	if cfg.RateLimit > 0 {
		guard := s.limits(cfg, mux)
		around = append(around, guard.Handler, count, read, guard.Streams)
	} else {
		around = append(around, count, read)
	}
	return edge.Chain(mux, append(around, s.security.signatures.callbacks, s.bounded(), asJSON)...)
}

// asJSON treats every body as JSON, but for the forms of the simulated payment page.
func asJSON(next http.Handler) http.Handler {
	json := edge.AsJSON(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, simulatedPages+"/") {
			next.ServeHTTP(w, r)
			return
		}
		json.ServeHTTP(w, r)
	})
}

// bounded returns the admission of orders, in a process that takes some. Processes that also run database know the
// backlog.
func (s *system) bounded() func(http.Handler) http.Handler {
	admission := edge.NewAdmission(s.cfg.MaxIntake, s.cfg.MaxBacklog, s.store.Backlog)
	if s.cfg.runs(orderService, databaseService) {
		s.metrics.MustRegister(admission.Backlog()...)
	}
	if !s.cfg.runs(orderService) {
		return func(next http.Handler) http.Handler { return next }
	}
	s.metrics.MustRegister(admission.Metrics()...)
	return admission.Bounded
}

// private returns the handler of the private listener: the API, with GraphQL, console, mails, the partners' knobs,
// metrics and profiles.
func (s *system) private() (http.Handler, error) {
	mux := http.NewServeMux()
	var err error
	if s.guard, err = s.newGuard(); err != nil {
		return nil, err
	}
	api := edge.NewAPI(mux, privateTitle, Version)
	s.privateAPI(api)
	s.elsewhere(mux, privateTitle)
	edge.CloseMethods(mux, api)
	if err := s.operatorPages(mux); err != nil {
		return nil, err
	}
	s.loginPages(mux)
	edge.Handle(mux, "/metrics", promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{}), http.MethodGet)
	for path, h := range map[string]http.Handler{"/mail": s.mails(), "/partners": s.knobs()} {
		mux.Handle(path, edge.ProblemMethods(h))
		mux.Handle(path+"/", edge.ProblemMethods(h))
	}
	edge.Handle(mux, "/partners/real", realPartners(s.cfg), http.MethodGet)
	mux.Handle("/debug/pprof/", edge.ProblemMethods(profiles()))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fault.Write(w, fault.New(fault.NotFound, "there is nothing at this address; see /console and /openapi.json"))
	})
	return edge.Chain(mux, edge.WithHeaders(""), s.sameSite, s.guard.Handler, named, edge.Traced(false), edge.Logged(s.log), edge.ReadBodies(map[string]int64{"/rules/": rules.MaxBody, "/database": maxStoreBody}, map[string]int64{ops.BooksStatementPath: ops.BooksStatementBody}), edge.AsJSON,
		edge.Measured(s.requests), s.recorder.Recorded), nil
}

// operatorPages adds the pages of the service database: GraphQL and the console.
func (s *system) operatorPages(mux *http.ServeMux) error {
	edge.Handle(mux, "/database", s.graphql(), http.MethodGet, http.MethodPost)
	edge.Handle(mux, "/{$}", s.served(databaseService, http.RedirectHandler("/console", http.StatusSeeOther)), http.MethodGet)
	if s.engine == nil {
		mux.Handle("/console", notHere(databaseService))
		mux.Handle("/console/", notHere(databaseService))
		return nil
	}
	s.console = s.openConsole()
	return s.console.Routes(func(path string, h http.Handler) { edge.Handle(mux, path, h, http.MethodGet) })
}

// graphql serves GraphQL.
func (s *system) graphql() http.Handler {
	resolver := &graphql.Resolver{Store: s.store, Orders: s.orders, Delivery: s.delivery, Before: s.mutate, By: decidedBy}
	return s.served(databaseService, edge.BareQuery(graphql.Handler(resolver, s.log)))
}

// loginPages adds the login and logout of people.
func (s *system) loginPages(mux *http.ServeMux) {
	mux.HandleFunc("GET "+login.Path, s.guard.Page)
	mux.HandleFunc("POST "+login.Path, s.guard.Login)
	mux.Handle(login.Path, edge.OtherMethods("GET, POST, OPTIONS"))
	edge.Handle(mux, login.LogoutPath, http.HandlerFunc(s.guard.Logout), http.MethodPost)
	edge.Handle(mux, login.SessionPath, http.HandlerFunc(s.guard.Session), http.MethodGet)
}

// mails serves the mails of the built-in receiver, and knobs the knobs of the simulators in this process.
func (s *system) mails() http.Handler {
	if s.mail.mailbox == nil {
		return outside("the mails of this process go to the receiver of --test-smtp-addr; 'webshop partners' shows its own at /mail")
	}
	return s.mail.mailbox.Handler()
}

func (s *system) knobs() http.Handler {
	if s.partners.simulated == nil {
		return outside("the partners are simulated at --simulators-url, where their knobs are at /partners")
	}
	return s.partners.simulated.Knobs()
}

// outside answers 404 for what another process serves, and says where.
func outside(where string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fault.Write(w, fault.New(fault.NotFound, "%s", where))
	})
}

// sampled serves a profile that is only collected during the request, since it costs something, and so has no earlier
// samples.
func sampled(set func(on bool)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		set(true)
		defer set(false)
		pprof.Index(w, r)
	}
}

func rate(on bool) int {
	if on {
		return 1
	}
	return 0
}

// profiles serves pprof.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", func(w http.ResponseWriter, _ *http.Request) {
		fault.Write(w, fault.New(fault.NotFound, "the command line is not shown: it may contain secrets"))
	})
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/mutex", sampled(func(on bool) { runtime.SetMutexProfileFraction(10 * rate(on)) }))
	mux.HandleFunc("GET /debug/pprof/block", sampled(func(on bool) { runtime.SetBlockProfileRate(10_000 * rate(on)) }))
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// measure opens the shop's metrics.
func (s *system) measure() {
	s.metrics = prometheus.NewRegistry()
	s.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "webshop_http_request_seconds", Help: "Time of HTTP requests by route and status.", Buckets: prometheus.DefBuckets,
	}, []string{"route", "status"})
	process := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "webshop_process", Help: "Always 1; its labels say which services the process runs.",
		ConstLabels: prometheus.Labels{"services": s.cfg.running(), "version": Version},
	})
	process.Set(1)
	s.metrics.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), s.requests, process)
}

// kept returns the metrics of the archive, and of deleted orders.
func (s *system) kept() []prometheus.Collector {
	return []prometheus.Collector{
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "webshop_archived_orders_total", Help: "Orders whose events this process moved from the journal to the archive.",
		}, func() float64 { return float64(s.housekeeper.Archived()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "webshop_deleted_test_orders_total", Help: "Old test orders that this process deleted.",
		}, func() float64 { return float64(s.housekeeper.Deleted()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "webshop_erased_orders_total", Help: "Orders whose personal data this process erased by the rules.",
		}, func() float64 { return float64(s.retention.Erased()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "webshop_erase_failures_total", Help: "Orders whose personal data this process could not erase by the rules.",
		}, func() float64 { return float64(s.retention.Failed()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "webshop_journal_oldest_event_timestamp_seconds", Help: "When the oldest event happened that is not archived; 0 before the first look.",
		}, func() float64 {
			if oldest := s.housekeeper.Oldest(); !oldest.IsZero() {
				return float64(oldest.UnixMilli()) / 1000
			}
			return 0
		}),
	}
}

// groups returns the function that counts the store's transactions, and opens their metric.
func (s *system) groups() func(writes int) {
	size := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "webshop_store_commit_writes", Help: "Writes in each transaction of the store.",
		Buckets: prometheus.ExponentialBuckets(1, 2, 9),
	})
	s.metrics.MustRegister(size)
	return func(writes int) { size.Observe(float64(writes)) }
}
