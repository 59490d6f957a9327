package app

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/limit"
	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/surfaces/edge"
)

const (
	// clientConnections is how many connections one client may have open, enough for many customers behind one address.
	clientConnections = 200
	// maxBodies bounds the bytes of all request bodies in memory, and clientBodies those of one client: a thousand
	// orders.
	maxBodies    = 64 << 20
	clientBodies = 1 << 20
	// maxPhotos and clientPhotos are the same for complaints, which have photos: two at a time of one client.
	maxPhotos    = 32 << 20
	clientPhotos = 2 * order.MaxComplaintBody
)

// connections bounds the open connections of the public listener, so that one client keeps no others out, and the shop
// itself has connections and files left.
type connections struct {
	limit.Connections
	closed *prometheus.CounterVec
}

func newConnections(cfg Config) *connections {
	c := &connections{closed: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "webshop_connections_closed_total", Help: "Connections of the public listener that were closed to make room: of their client, of all, or because they were idle while there were many.",
	}, []string{"bound"})}
	for _, bound := range []string{limit.OfClient, limit.OfAll, limit.Idle} {
		c.closed.WithLabelValues(bound)
	}
	c.Most, c.Proxies, c.Now = cmp.Or(cfg.MaxConnections, 10_000), cfg.TrustedProxy, time.Now
	c.Closed = func(why string) { c.closed.WithLabelValues(why).Inc() }
	if cfg.RateLimit > 0 {
		c.PerClient = clientConnections
	}
	return c
}

func (c *connections) metrics() []prometheus.Collector {
	return []prometheus.Collector{c.closed, edge.Gauge("webshop_connections", "Open connections of the public listener.", c.Open)}
}

// readCounted reads request bodies, whose bytes are bounded; those of complaints by themselves, so that nobody's photos keep orders out.
func (s *system) readCounted() func(http.Handler) http.Handler {
	refused := refusedBodies()
	usual, photos := s.bodies(refused, maxBodies, clientBodies), s.bodies(refused, maxPhotos, clientPhotos)
	held := func() int { return int(usual.Bytes() + photos.Bytes()) }
	s.metrics.MustRegister(refused, edge.Gauge("webshop_bodies_bytes", "Bytes of request bodies in memory.", held))
	return edge.ReadCounted(usual, map[string]edge.Larger{order.ComplaintsPath: {Most: order.MaxComplaintBody, Bodies: photos}})
}

func refusedBodies() *prometheus.CounterVec {
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "webshop_bodies_refused_total", Help: "Requests that were refused because too much was being sent at once: by their client, or by all.",
	}, []string{"bound"})
	for _, bound := range []string{limit.OfClient, limit.OfAll} {
		refused.WithLabelValues(bound)
	}
	return refused
}

// bodies bounds the bytes of request bodies.
func (s *system) bodies(refused *prometheus.CounterVec, most, perClient int64) *limit.Bodies {
	b := &limit.Bodies{Most: most, Proxies: s.cfg.TrustedProxy, Refused: func(why string) { refused.WithLabelValues(why).Inc() }}
	if s.cfg.RateLimit > 0 {
		b.PerClient = perClient
	}
	return b
}

// recipients bounds the mails that strangers can cause by their orders.
func (s *system) recipients() func(ctx context.Context, address string) error {
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "webshop_recipients_refused_total", Help: "Orders that were refused because too many were made for their mail address, or for its domain.",
	}, []string{"bound"})
	for _, bound := range []string{limit.OfAddress, limit.OfDomain} {
		refused.WithLabelValues(bound)
	}
	s.metrics.MustRegister(refused)
	all := limit.NewRecipients()
	return func(ctx context.Context, address string) error {
		if _, limited := limit.ClientOf(ctx); !limited || s.cfg.RateLimit == 0 {
			return nil
		}
		organization := mailaddr.Organization(address)
		if mailaddr.Provider(organization) {
			organization = ""
		}
		wait, why := all.Ask(mailaddr.Canonical(address), organization, s.now())
		if wait == 0 {
			return nil
		}
		refused.WithLabelValues(why).Inc()
		e := fault.New(fault.TooMany, "very many orders were made for this mail %s; nothing was ordered, please try again later", why)
		e.RetryAfter = wait
		return e
	}
}

// limits bounds the requests of each client to the public listener.
func (s *system) limits(cfg Config, mux *http.ServeMux) *limit.Guard {
	return &limit.Guard{
		Limiter: limit.New(cfg.RateLimit), Proxies: cfg.TrustedProxy, Now: s.now, ClassOf: classOf(mux),
		Refused: func(r *http.Request, c limit.Class) { s.security.limited.refused(r, c.String()) },
	}
}

// classOf returns which limit a request counts against.
func classOf(mux *http.ServeMux) func(*http.Request) limit.Class {
	return func(r *http.Request) limit.Class {
		_, pattern := mux.Handler(r)
		_, path, hasMethod := strings.Cut(pattern, " ")
		switch {
		case !hasMethod || path == "/healthz" || path == "/readyz" || strings.HasPrefix(path, "/callbacks/"):
			return limit.Pages
		case path == "/trackOrder/live":
			return limit.Streams
		case r.Method == http.MethodGet || r.Method == http.MethodHead || path == "/quote" || path == "/trackOrder/share": // these store nothing
			return limit.Reads
		}
		return limit.Writes
	}
}

// tellLimits documents 429 answers for each operation of an API.
func tellLimits(api huma.API) {
	for _, item := range api.OpenAPI().Paths {
		for _, operation := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
			if operation == nil || operation.Responses["400"] == nil {
				continue
			}
			refusal := *operation.Responses["400"]
			refusal.Description = http.StatusText(http.StatusTooManyRequests)
			operation.Responses["429"] = &refusal
		}
	}
}
