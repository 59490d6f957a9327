package edge

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// outsideRoom is how many times more events may wait for mail servers and partners than for the shop itself.
const outsideRoom = 5

// An order is delayed if more than slowFrom events wait for their first try: by up to slowest, which slowUpTo of them
// cause.
const (
	slowFrom = 400
	slowUpTo = 4000
	slowest  = time.Second
)

// Admission bounds the orders that are accepted: at once, and in total while there is a backlog. A refusal costs nothing
// and stores nothing, so that an overloaded shop does what it can.
type Admission struct {
	room    chan struct{} // a place for each order in progress
	most    int           // events that may wait
	backlog func() database.Backlog
	refused *prometheus.CounterVec
}

// NewAdmission returns an admission of that many orders at once (0: 256), while at most that many events wait (0: 4000).
func NewAdmission(atOnce, mostWaiting int, backlog func() database.Backlog) *Admission {
	return &Admission{
		room: make(chan struct{}, cmp.Or(atOnce, 256)), most: cmp.Or(mostWaiting, 4000), backlog: backlog,
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "webshop_orders_refused_total", Help: "Orders answered 503 because the shop was full (room) or behind (backlog).",
		}, []string{"bound"}),
	}
}

// Metrics returns its own metrics.
func (a *Admission) Metrics() []prometheus.Collector {
	for _, bound := range []string{"room", "backlog"} {
		a.refused.WithLabelValues(bound) // so that they exist before the first refusal
	}
	return []prometheus.Collector{
		a.refused,
		Gauge("webshop_intake_orders", "Orders that are being taken now.", func() int { return len(a.room) }),
	}
}

// Backlog returns metrics of the backlog.
func (a *Admission) Backlog() []prometheus.Collector {
	return []prometheus.Collector{
		Gauge("webshop_backlog_inside", "Events that wait for their first try inside the shop.", func() int { return a.backlog().Inside }),
		Gauge("webshop_backlog_outside", "Events that wait for their first try at mail servers and partners.", func() int { return a.backlog().Outside }),
	}
}

// Gauge returns a metric whose value is computed when it is read.
func Gauge(name, help string, value func() int) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
}

// Bounded admits a new order if there is room, and otherwise refuses it at once.
func (a *Admission) Bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/createOrder" {
			next.ServeHTTP(w, r)
			return
		}
		if b := a.backlog(); b.Inside > a.most || b.Outside > outsideRoom*a.most {
			a.refuse(w, "backlog")
			return
		}
		select {
		case a.room <- struct{}{}:
			defer func() { <-a.room }()
			a.brake(r.Context())
			next.ServeHTTP(w, r)
		default:
			a.refuse(w, "room")
		}
	})
}

// brake delays an order according to the backlog, so that customers who order as fast as they are answered do not build
// up a backlog in which each order would wait longer.
func (a *Admission) brake(ctx context.Context) {
	wait := slowest * time.Duration(a.backlog().All()-slowFrom) / slowUpTo
	if wait <= 0 {
		return
	}
	select {
	case <-time.After(min(wait, slowest)):
	case <-ctx.Done():
	}
}

// refuse answers with a random time to come back, so that refused clients do not come back together.
func (a *Admission) refuse(w http.ResponseWriter, bound string) {
	a.refused.WithLabelValues(bound).Inc()
	full := fault.New(fault.Unavailable, "very many orders are coming in; nothing was ordered, please try again in a moment")
	full.RetryAfter = time.Second + rand.N(2*time.Second)
	fault.Write(w, full)
}
