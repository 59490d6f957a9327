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

// An order waits when more than slowFrom events wait for their first try: for up to slowest, which is when slowUpTo more do.
const (
	slowFrom = 400
	slowUpTo = 4000
	slowest  = time.Second
)

// Admission bounds how many orders are taken: at once, and in all while the shop is behind with those that it has. What it
// refuses has cost nothing, and nothing of it is stored, so that a shop under too much load does what it can, and does
// not drown in what it cannot.
type Admission struct {
	room    chan struct{} // a place for each order that is taken now
	most    int           // events that may wait
	backlog func() database.Backlog
	refused *prometheus.CounterVec
}

// NewAdmission makes the bounds: so many orders at once (0: 256), and while so many events wait (0: 4000).
func NewAdmission(atOnce, mostWaiting int, backlog func() database.Backlog) *Admission {
	return &Admission{
		room: make(chan struct{}, cmp.Or(atOnce, 256)), most: cmp.Or(mostWaiting, 4000), backlog: backlog,
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "webshop_orders_refused_total", Help: "Orders answered 503 because the shop was full (room) or behind (backlog).",
		}, []string{"bound"}),
	}
}

// Metrics are what it tells of itself.
func (a *Admission) Metrics() []prometheus.Collector {
	for _, bound := range []string{"room", "backlog"} {
		a.refused.WithLabelValues(bound) // so that they are there before the first
	}
	return []prometheus.Collector{
		a.refused,
		Gauge("webshop_intake_orders", "Orders that are being taken now.", func() int { return len(a.room) }),
	}
}

// Backlog is metrics of how far the shop is behind.
func (a *Admission) Backlog() []prometheus.Collector {
	return []prometheus.Collector{
		Gauge("webshop_backlog_inside", "Events that wait for their first try inside the shop.", func() int { return a.backlog().Inside }),
		Gauge("webshop_backlog_outside", "Events that wait for their first try at mail servers and partners.", func() int { return a.backlog().Outside }),
	}
}

// Gauge is a metric whose value is asked for when it is read.
func Gauge(name, help string, value func() int) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
}

// Bounded lets a new order in when there is room, and answers it at once when there is none.
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

// brake lets an order wait when the shop is behind, the longer the more it is: so that customers who order as fast as they
// are answered fill no backlog, in which each order would wait for longer than it does here.
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

// refuse says when to come back: at a random moment, so that what was refused together does not come back together.
func (a *Admission) refuse(w http.ResponseWriter, bound string) {
	a.refused.WithLabelValues(bound).Inc()
	full := fault.New(fault.Unavailable, "very many orders are coming in; nothing was ordered, please try again in a moment")
	full.RetryAfter = time.Second + rand.N(2*time.Second)
	fault.Write(w, full)
}
