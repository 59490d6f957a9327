package app

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// sampleTimeout bounds how long a read of the metrics waits for their sources.
const sampleTimeout = 2 * time.Second

// sampleKinds are the metrics read on demand, without the prefix webshop_.
var sampleKinds = func() map[string]*prometheus.Desc {
	kinds := map[string]*prometheus.Desc{}
	for _, kind := range []struct {
		name, help string
		labels     []string
	}{
		{"subscriber_waiting", "Events that wait for a subscriber on the bus.", []string{"service", "subscriber"}},
		{"subscriber_held", "Events that a subscriber has in work.", []string{"service", "subscriber"}},
		{"outbox_age_seconds", "For how long the oldest event is due that is to be published again.", nil},
		{"dead_letters", "Events that a subscriber could not handle, and that wait for an operator.", []string{"subscriber"}},
		{"bulk_waiting", "Orders that wait in jobs on many orders, by action.", []string{"action"}},
		{"orders", "Orders in each status; orders of tests apart.", []string{"status", "test"}},
		{"receipts_pending", "Events that are not handled yet, each once for each of its subscribers.", nil},
		{"alerts_open", "Open alerts of each rule of this process, by severity.", []string{"rule", "severity"}},
		{"audit_last_look_timestamp_seconds", "When the audit last looked at orders; 0 before the first time.", nil},
		{"audit_last_round_timestamp_seconds", "When the audit last had looked at all orders; 0 before the first time.", nil},
		{"audit_orders", "Orders that the audit has looked at, ever.", nil},
		{"audit_findings", "What the audit found that is not as it must be.", nil},
		{"slots_left", "Deliveries that a market, or a zone of it, can still take, by days from today.", []string{"market", "zone", "day"}},
		{"metrics_source_up", "Whether a source of metrics answered, by source: bus, outbox, dead_letters, bulk, orders, alerts, audit, slots.", []string{"source"}},
	} {
		kinds[kind.name] = prometheus.NewDesc("webshop_"+kind.name, kind.help, kind.labels, nil)
	}
	return kinds
}()

// tell reports a value of a metric.
type tell func(metric string, value float64, labels ...string)

// source reads some metrics.
type source struct {
	name  string
	tells []string
	every time.Duration // how long a result is valid
	ask   func(context.Context, tell) error

	mu   sync.Mutex
	last time.Time
	kept []prometheus.Metric
}

// look returns the source's metrics, read now or a moment ago. A metric that cannot be read is missing, rather than old.
func (s *source) look(ctx context.Context) (found []prometheus.Metric, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.last.IsZero() && time.Since(s.last) < s.every {
		return s.kept, true
	}
	err := s.ask(ctx, func(metric string, value float64, labels ...string) {
		found = append(found, prometheus.MustNewConstMetric(sampleKinds[metric], prometheus.GaugeValue, value, labels...))
	})
	if err != nil || ctx.Err() != nil {
		s.last = time.Time{}
		return nil, false
	}
	s.last, s.kept = time.Now(), found
	return found, true
}

// samples collects from its sources concurrently, for a bounded time.
type samples struct{ sources []*source }

// Describe implements prometheus.Collector.
func (s *samples) Describe(to chan<- *prometheus.Desc) {
	to <- sampleKinds["metrics_source_up"]
	for _, one := range s.sources {
		for _, metric := range one.tells {
			to <- sampleKinds[metric]
		}
	}
}

// Collect implements prometheus.Collector.
func (s *samples) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), sampleTimeout)
	defer cancel()
	var all sync.WaitGroup
	for _, one := range s.sources {
		all.Go(func() {
			found, ok := one.look(ctx)
			up := 0.0
			if ok {
				up = 1
			}
			to <- prometheus.MustNewConstMetric(sampleKinds["metrics_source_up"], prometheus.GaugeValue, up, one.name)
			for _, m := range found {
				to <- m
			}
		})
	}
	all.Wait()
}
