package bench

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// refusedPause is how long a customer of the closed loop waits after a refusal. It is shorter than Retry-After, so that
// some requests always wait.
const refusedPause = 20 * time.Millisecond

// load is a number of customers who order for a time.
type load struct {
	customers customers
	address   string
	conns     int
	rate      float64       // planned orders per second; 0: each customer orders again after the last answer
	lasts     time.Duration // no order starts after that
	orders    int64         // nor after this many were acknowledged; 0: no limit
	place     *atomic.Int64 // of the next order in the run
}

// outcome is what customers saw.
type outcome struct {
	from, to     time.Time // from the start to the start of the last order
	acknowledged []int64   // numbers of orders
	refused      int64     // 503 with Retry-After
	failed       int64     // any other answer, or none
	unsent       int64     // planned, and not sent before the end: the load could not keep up
	latencies    []time.Duration
}

// run sends orders until the time is over, and returns after the last answer.
func (l load) run(ctx context.Context) outcome {
	now := run{from: time.Now()}
	o := outcome{from: now.from}
	parts := make([]outcome, l.conns)
	var all sync.WaitGroup
	for i := range parts {
		all.Go(func() { l.customer(ctx, &now, &parts[i]) })
	}
	all.Wait()
	o.to = o.from.Add(l.lasts)
	if l.orders > 0 {
		o.to = time.Now()
	}
	for _, p := range parts {
		o.add(p)
	}
	o.unsent = max(0, int64(l.rate*l.lasts.Seconds())-int64(len(o.acknowledged))-o.refused-o.failed)
	return o
}

// run is a load under way.
type run struct {
	from                  time.Time
	planned, acknowledged atomic.Int64
}

// over reports whether no order starts any more at a time.
func (l load) over(r *run, at time.Time) bool {
	return !at.Before(r.from.Add(l.lasts)) || l.orders > 0 && r.acknowledged.Load() >= l.orders
}

func (o *outcome) add(p outcome) {
	o.acknowledged = append(o.acknowledged, p.acknowledged...)
	o.latencies = append(o.latencies, p.latencies...)
	o.refused += p.refused
	o.failed += p.failed
}

// customer orders repeatedly over one connection.
func (l load) customer(ctx context.Context, r *run, o *outcome) {
	c := &conn{address: l.address}
	defer c.close()
	for {
		planned := time.Now()
		if l.rate > 0 {
			planned = r.from.Add(time.Duration(float64(r.planned.Add(1)-1) / l.rate * float64(time.Second)))
		}
		if l.over(r, planned) || !sleepUntil(ctx, planned) || l.over(r, time.Now()) {
			return
		}
		c.request = l.customers.request(c.request[:0], l.place.Add(1)-1)
		got := c.order(ctx)
		if got.acknowledged() {
			r.acknowledged.Add(1)
		}
		l.note(ctx, o, got, planned)
	}
}

// note counts an answer. Its latency starts when the order was planned, so that waiting for a stalled shop counts.
func (l load) note(ctx context.Context, o *outcome, a answer, planned time.Time) {
	switch {
	case a.acknowledged():
		o.acknowledged = append(o.acknowledged, a.order)
		o.latencies = append(o.latencies, time.Since(planned))
	case a.status == http.StatusServiceUnavailable && a.later:
		o.refused++
		if l.rate == 0 {
			sleepUntil(ctx, time.Now().Add(refusedPause))
		}
	default:
		o.failed++
		sleepUntil(ctx, time.Now().Add(refusedPause))
	}
}

// sleepUntil waits, and returns false if the context ends first.
func sleepUntil(ctx context.Context, t time.Time) bool {
	wait := time.Until(t)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}
