package bench

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// refusedPause is how long a customer of the closed loop waits after a refusal. It is shorter than what Retry-After asks
// for, so that the shop always has someone before its door.
const refusedPause = 20 * time.Millisecond

// load is a number of customers who order for a time.
type load struct {
	customers customers
	address   string
	conns     int
	rate      float64       // orders planned per second; 0: each customer orders again when the last answer is there
	lasts     time.Duration // no order begins after that
	place     *atomic.Int64 // of the next order in the run
}

// outcome is what customers saw.
type outcome struct {
	from, to     time.Time // from the beginning to the last order's beginning
	acknowledged []int64   // numbers of orders
	refused      int64     // 503 with Retry-After
	failed       int64     // any other answer, or none
	unsent       int64     // planned, and not sent before the end: the load could not keep up
	latencies    []time.Duration
}

// run orders until the time is over, and returns when the last answer is there.
func (l load) run(ctx context.Context) outcome {
	o := outcome{from: time.Now()}
	var next atomic.Int64
	parts := make([]outcome, l.conns)
	var all sync.WaitGroup
	for i := range parts {
		all.Go(func() { l.customer(ctx, o.from, &next, &parts[i]) })
	}
	all.Wait()
	o.to = o.from.Add(l.lasts)
	for _, p := range parts {
		o.add(p)
	}
	o.unsent = max(0, int64(l.rate*l.lasts.Seconds())-int64(len(o.acknowledged))-o.refused-o.failed)
	return o
}

func (o *outcome) add(p outcome) {
	o.acknowledged = append(o.acknowledged, p.acknowledged...)
	o.latencies = append(o.latencies, p.latencies...)
	o.refused += p.refused
	o.failed += p.failed
}

// customer orders again and again over one connection.
func (l load) customer(ctx context.Context, from time.Time, next *atomic.Int64, o *outcome) {
	c := &conn{address: l.address}
	defer c.close()
	end := from.Add(l.lasts)
	for {
		planned := time.Now()
		if l.rate > 0 {
			planned = from.Add(time.Duration(float64(next.Add(1)-1) / l.rate * float64(time.Second)))
		}
		if !planned.Before(end) || !sleepUntil(ctx, planned) || !time.Now().Before(end) {
			return
		}
		c.request = l.customers.request(c.request[:0], l.place.Add(1)-1)
		l.note(ctx, o, c.order(ctx), planned)
	}
}

// note counts an answer. Its latency is from when the order was planned, so that waiting for a stalled shop counts.
func (l load) note(ctx context.Context, o *outcome, a answer, planned time.Time) {
	switch {
	case a.status == http.StatusOK && a.order > 0:
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

// sleepUntil waits, and reports false when the context ended first.
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
