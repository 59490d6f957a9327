package app

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"acme.example/webshop/database"
	"acme.example/webshop/fault"
)

// outsideRoom is how many times more events may wait for mail servers and partners than for the shop itself.
const outsideRoom = 5

// An order waits when more than slowFrom events wait for their first try: for up to slowest, which is when slowUpTo more do.
const (
	slowFrom = 400
	slowUpTo = 4000
	slowest  = time.Second
)

// intake bounds how many orders are taken: at once, and in all while the shop is behind with those that it has. What it
// refuses has cost nothing, and nothing of it is stored, so that a shop under too much load does what it can, and does
// not drown in what it cannot.
type intake struct {
	room    chan struct{} // a place for each order that is taken now
	most    int           // events that may wait
	untried func() database.Untried
	refused *prometheus.CounterVec
}

func newIntake(atOnce, mostWaiting int, untried func() database.Untried) *intake {
	return &intake{
		room: make(chan struct{}, cmp.Or(atOnce, 256)), most: cmp.Or(mostWaiting, 4000), untried: untried,
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "webshop_orders_refused_total", Help: "Orders answered 503 because the shop was full (room) or behind (backlog).",
		}, []string{"bound"}),
	}
}

// metrics are what the intake tells of itself.
func (i *intake) metrics() []prometheus.Collector {
	for _, bound := range []string{"room", "backlog"} {
		i.refused.WithLabelValues(bound) // so that they are there before the first
	}
	return []prometheus.Collector{
		i.refused,
		gauge("webshop_intake_orders", "Orders that are being taken now.", func() int { return len(i.room) }),
	}
}

// backlog is how far the shop is behind.
func (i *intake) backlog() []prometheus.Collector {
	return []prometheus.Collector{
		gauge("webshop_backlog_inside", "Events that wait for their first try inside the shop.", func() int { return i.untried().Inside }),
		gauge("webshop_backlog_outside", "Events that wait for their first try at mail servers and partners.", func() int { return i.untried().Outside }),
	}
}

func gauge(name, help string, value func() int) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
}

// bounded lets a new order in when there is room, and answers it at once when there is none.
func (i *intake) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/createOrder" {
			next.ServeHTTP(w, r)
			return
		}
		if b := i.untried(); b.Inside > i.most || b.Outside > outsideRoom*i.most {
			i.refuse(w, "backlog")
			return
		}
		select {
		case i.room <- struct{}{}:
			defer func() { <-i.room }()
			i.brake(r.Context())
			next.ServeHTTP(w, r)
		default:
			i.refuse(w, "room")
		}
	})
}

// brake lets an order wait when the shop is behind, the longer the more it is: so that customers who order as fast as they
// are answered fill no backlog, in which each order would wait for longer than it does here.
func (i *intake) brake(ctx context.Context) {
	wait := slowest * time.Duration(i.untried().All()-slowFrom) / slowUpTo
	if wait <= 0 {
		return
	}
	select {
	case <-time.After(min(wait, slowest)):
	case <-ctx.Done():
	}
}

// refuse says when to come back: at a random moment, so that what was refused together does not come back together.
func (i *intake) refuse(w http.ResponseWriter, bound string) {
	i.refused.WithLabelValues(bound).Inc()
	full := fault.New(fault.Unavailable, "very many orders are coming in; nothing was ordered, please try again in a moment")
	full.RetryAfter = time.Second + rand.N(2*time.Second)
	fault.Write(w, full)
}
