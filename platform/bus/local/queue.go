package local

import (
	"context"
	"fmt"
	"sync"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/telemetry"
)

// delivery is an event on its way to one subscriber.
type delivery struct {
	env         event.Envelope
	traceParent string
	sent        int       // how often the journal has published it again
	until       time.Time // the end of its lease; zero: never
	delivered   int       // how often it was passed to the handler
	inWork      bool      // whether the handler has it now
	repeat      bool      // whether it was published meanwhile
}

// lapseMargin is how long before its end a lease counts as ended, to leave time for extending it.
const lapseMargin = 500 * time.Millisecond

func (d *delivery) bytes() int64 { return envelopeBytes + int64(len(d.env.Data)) }

// queue is the events of one subscriber, and the workers that handle them.
type queue struct {
	bus      *Bus
	sub      event.Subscription
	dispatch func(context.Context, event.Envelope) bool
	able     func() bool
	base     context.Context // for the handlers
	cut      context.CancelFunc
	ready    *sync.Cond // on mu: an event waits, or the queue is closed

	mu       sync.Mutex
	waiting  []*delivery
	known    map[string]*delivery // by event: those that wait, are in work, or will be delivered again soon
	workers  int                  // goroutines
	idle     int                  // goroutines without work
	inWork   int
	finished uint64
	closed   bool
	done     chan struct{} // closed when the queue is closed and nothing is in work
}

func newQueue(ctx context.Context, b *Bus, sub event.Subscription, d *bus.Dispatcher, h bus.Handler) *queue {
	q := &queue{bus: b, sub: sub, able: d.CanStore, known: map[string]*delivery{}, done: make(chan struct{})}
	q.dispatch = func(ctx context.Context, env event.Envelope) bool { return d.Dispatch(ctx, sub, h, env) }
	q.base, q.cut = context.WithCancel(ctx)
	q.ready = sync.NewCond(&q.mu)
	return q
}

// put adds an event, unless it is queued already or there is no room.
func (q *queue) put(d *delivery) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if known := q.known[d.env.ID]; known != nil {
		known.sent, known.until, known.repeat = d.sent, d.until, known.inWork
		return
	}
	if q.closed || len(q.known) >= mostWaiting {
		return
	}
	if q.bus.bytes.Add(d.bytes()) > mostBytes {
		q.bus.bytes.Add(-d.bytes())
		return
	}
	q.known[d.env.ID] = d
	q.push(d)
}

// push queues an event for a worker. The caller holds the lock.
func (q *queue) push(d *delivery) {
	q.waiting = append(q.waiting, d)
	q.bus.waiting.Add(1)
	switch {
	case q.idle > 0:
		q.idle--
		q.ready.Signal()
	case q.workers < bus.Workers:
		q.workers++
		go q.work()
	}
}

// work handles events until the queue is closed. Idle workers stay, since a new goroutine per event would have to grow
// its stack each time.
func (q *queue) work() {
	for d, given := q.next(); d != nil; d, given = q.next() {
		q.settle(d, q.handle(given))
	}
}

// next waits for an event. It returns it, and a copy of its state now; nil when the queue is closed.
func (q *queue) next() (d *delivery, given delivery) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		for len(q.waiting) == 0 && !q.closed {
			q.idle++
			q.ready.Wait()
		}
		if q.closed {
			return nil, given
		}
		if d = q.pop(); q.lapsed(d) {
			q.forget(d)
		} else {
			d.inWork, d.repeat = true, false
			d.delivered++
			q.inWork++
			return d, *d
		}
	}
}

// pop takes the event that has waited longest. The caller holds the lock.
func (q *queue) pop() *delivery {
	d := q.waiting[0]
	q.waiting[0], q.waiting = nil, q.waiting[1:]
	q.bus.waiting.Add(-1)
	return d
}

// lapsed reports whether another process may have the event by now, so that this one must not act on it. An effect in the
// database needs no check: it is one transaction with its receipt.
func (q *queue) lapsed(d *delivery) bool {
	return q.sub.Outside && !d.until.IsZero() && time.Until(d.until) < lapseMargin
}

// handle handles an event, and reports whether the outcome is in the database.
func (q *queue) handle(d delivery) bool {
	if !q.able() {
		return false
	}
	try := telemetry.Try{Event: d.env.ID, Subscriber: q.sub.Subscriber, Sent: d.sent, Delivered: d.delivered}
	ctx := bus.WithTry(q.base, try, d.traceParent)
	if !d.until.IsZero() {
		ctx = bus.WithLease(ctx, d.until)
	}
	return q.dispatch(ctx, d.env)
}

// settle removes an event whose outcome is stored, or schedules its next delivery.
func (q *queue) settle(d *delivery, stored bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	d.inWork = false
	q.inWork--
	if stored {
		q.finished++
	}
	switch {
	case q.closed:
		q.forget(d)
		if !stored {
			q.bus.leave(d.env.ID, q.sub.Subscriber)
		}
		q.rest()
	case !stored:
		time.AfterFunc(bus.RedeliverAfter, func() { q.putBack(d) })
	case d.repeat:
		q.push(d)
	default:
		q.forget(d)
	}
}

// putBack queues an event again, unless it was removed meanwhile.
func (q *queue) putBack(d *delivery) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.known[d.env.ID] == d {
		q.push(d)
	}
}

// forget removes an event and its bytes. The caller holds the lock.
func (q *queue) forget(d *delivery) {
	delete(q.known, d.env.ID)
	q.bus.bytes.Add(-d.bytes())
}

// wipe removes all events that are not in work.
func (q *queue) wipe() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.drop()
}

// drop removes all events that are not in work. The caller holds the lock.
func (q *queue) drop() {
	q.bus.waiting.Add(-int64(len(q.waiting)))
	q.waiting = nil
	for _, d := range q.known {
		if !d.inWork {
			q.forget(d)
		}
	}
}

// stop stops taking events, and waits for those in work until the context ends; then it cancels them.
func (q *queue) stop(ctx context.Context) error {
	defer q.cut()
	q.mu.Lock()
	q.closed = true
	for id, d := range q.known {
		if !d.inWork {
			q.bus.leave(id, q.sub.Subscriber)
		}
	}
	q.drop()
	q.rest()
	q.ready.Broadcast()
	q.mu.Unlock()
	select {
	case <-q.done:
		return nil
	case <-ctx.Done():
	}
	q.cut()
	select {
	case <-q.done:
	case <-time.After(bus.CutGrace):
	}
	return fmt.Errorf("bus: events of %s were still in work: %w", q.sub.Subscriber, ctx.Err())
}

// rest closes done if a closed queue has nothing in work. The caller holds the lock.
func (q *queue) rest() {
	if q.closed && q.inWork == 0 {
		select {
		case <-q.done:
		default:
			close(q.done)
		}
	}
}

// describe adds the queue's state to c.
func (q *queue) describe(c *bus.Consumer) {
	q.mu.Lock()
	defer q.mu.Unlock()
	c.Pulls, c.Waiting, c.Held, c.Finished = !q.closed, len(q.known)-q.inWork, q.inWork, q.finished
}
