package database

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/crash"
)

// Publisher passes events to the bus without blocking: to all subscribers, or to one as its send-th delivery.
type Publisher interface {
	Publish(env event.Envelope, subscriber string, send int)
	// Able reports whether events can probably be published now.
	Able() bool
}

const (
	// handover and handoverBytes bound the committed events that wait to be published. The sweep finds the rest.
	handover      = 8192
	handoverBytes = 8 << 20
	// envelopeBytes is the memory of an event besides its payload.
	envelopeBytes = 512
	// sweepEvery is how often the relay looks for receipts that are due.
	sweepEvery = time.Second
	// drainFor bounds the last publishing before a stop, in case the bus stalls.
	drainFor = 2 * time.Second
	// sweepSoon is the delay until the next sweep after a full one, if the bus is idle.
	sweepSoon = 50 * time.Millisecond
	// sweepBatch bounds one sweep, so that a long outage does not end in a flood.
	sweepBatch = 1000
)

// FirstLease is how long after its commit an event is published again. It is short, since the process may have died
// before it published the event. It is the same message then, which the bus drops if it has it already.
const FirstLease = 5 * time.Second

// promptUpTo is the largest backlog of receipts at which FirstLease applies: some seconds of work. Behind a larger
// backlog most events still wait their turn, and publishing them again would only add work.
const promptUpTo = 1000

// FirstWait is how long after its commit a new event is published again, with this backlog.
func FirstWait(behind Backlog) time.Duration {
	if behind.All() > promptUpTo {
		return Lease
	}
	return FirstLease
}

// Lease is how long after it was published again an event is sent once more, as a new message for the subscriber that
// does not answer; it doubles with each send. It counts from the publishing, not from the start of a handler: a slow
// handler with an effect outside the database holds its receipt for as long as it may take (bus.LeaseAfter,
// bus.LeaseAtOnce), so that no second one begins. A bus that loses its state ends all leases. An event that is handled
// twice at once nevertheless has one effect, by its receipt or its key.
const Lease = 20 * time.Second

// MaxDoublings is how often the lease of an event doubles. LongestWait is the longest wait of any receipt, for its lease
// to end or for another try.
const (
	MaxDoublings = 6
	LongestWait  = Lease << MaxDoublings
)

// ClockSlack is how far the clocks of two processes may differ. A time further ahead was written by a clock that has
// stepped back since.
const ClockSlack = time.Minute

// Relay publishes journalled events: right after their commit, and again while a receipt is pending and due.
type Relay struct {
	outbox    Outbox
	publisher Publisher
	inside    inside // the publisher, if it implements inside
	now       func() time.Time
	log       *slog.Logger
	committed chan event.Envelope
	lost      bool         // whether the bus has lost pending events that are not due yet
	full      bool         // whether the last sweep was full
	held      atomic.Int64 // bytes of the committed events in the channel
	swept     atomic.Int64 // end of the last successful sweep, in milliseconds since 1970
}

// NewRelay returns a relay. Call Committed after each commit, and Run to start it.
func NewRelay(outbox Outbox, publisher Publisher, now func() time.Time, log *slog.Logger) *Relay {
	r := &Relay{outbox: outbox, publisher: publisher, now: now, log: log, committed: make(chan event.Envelope, handover)}
	r.inside, _ = publisher.(inside)
	r.swept.Store(now().UnixMilli()) // the first sweep is about to begin
	return r
}

// Committed queues the events of a transaction for publishing. It does not block.
func (r *Relay) Committed(events []event.Envelope) {
	for _, env := range events {
		if r.held.Add(bytesOf(env)) > handoverBytes {
			r.held.Add(-bytesOf(env))
			return // the sweep finds them
		}
		select {
		case r.committed <- env:
		default:
			r.held.Add(-bytesOf(env))
			return
		}
	}
}

func bytesOf(env event.Envelope) int64 { return envelopeBytes + int64(len(env.Data)) }

// publish passes a committed event to the bus.
func (r *Relay) publish(env event.Envelope) {
	r.held.Add(-bytesOf(env))
	crash.At("relay.before-publish")
	r.publisher.Publish(env, "", 0)
	crash.At("relay.after-publish")
}

// Run publishes until the context ends, and then what was committed before. A value on lost means that the bus has lost
// its state: Run then publishes all pending events again without waiting until they are due.
func (r *Relay) Run(ctx context.Context, lost <-chan struct{}) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	var soon <-chan time.Time
	if r.inside != nil {
		soon = time.Tick(sweepSoon)
	}
	for ctx.Err() == nil { // checked first: a select may go on taking committed events, each with its own wait
		select {
		case env := <-r.committed:
			r.publish(env)
		case <-lost:
			r.lost = true
			r.sweep(ctx)
		case <-ticker.C:
			r.sweep(ctx)
		case <-soon:
			if r.full && r.inside.Idle() {
				r.sweep(ctx)
			}
		case <-ctx.Done():
		}
	}
	r.drain()
}

// inside is a publisher whose subscribers all run in this process.
type inside interface{ Idle() bool } // whether no event is in work

// Forward publishes what this process commits until the context ends, and leaves due receipts to other processes (Run).
func (r *Relay) Forward(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case env := <-r.committed:
			r.publish(env)
		case <-ctx.Done():
		}
	}
	r.drain()
}

// drain publishes the events committed before the end, for a bounded time. The journal has the rest.
func (r *Relay) drain() {
	for end := time.Now().Add(drainFor); len(r.committed) > 0 && time.Now().Before(end); {
		r.publish(<-r.committed)
	}
}

// Sweep publishes once what is due, as Run does each second.
func (r *Relay) Sweep(ctx context.Context) { r.sweep(ctx) }

// sweep publishes again what is due. If it cannot reach the bus, it leaves that to other copies.
func (r *Relay) sweep(ctx context.Context) {
	if err := r.outbox.CapWaits(ctx, r.now()); err != nil && ctx.Err() == nil {
		r.log.Error("relay: waits that are too long not capped; trying again", "error", err)
	}
	if !r.publisher.Able() || !r.release(ctx) {
		return
	}
	due, err := r.outbox.TakeDue(ctx, r.now(), Lease, sweepBatch) // the time is read now: the release may have taken long, and made everything due at its end
	if err != nil {
		if ctx.Err() == nil {
			r.log.Error("relay: due receipts not taken; trying again", "error", err)
		}
		return
	}
	r.full = len(due) == sweepBatch
	same := map[string]bool{}
	for _, d := range due {
		crash.At("relay.after-lease")
		switch {
		case !d.First() || r.inside != nil: // a receipt taken by another process is published there
			r.publisher.Publish(d.Envelope, d.Subscriber, d.Send)
		case !same[d.Envelope.ID]: // once for all of its subscribers
			same[d.Envelope.ID] = true
			r.publisher.Publish(d.Envelope, "", 0)
		}
	}
	r.swept.Store(r.now().UnixMilli())
}

// release makes all pending receipts due after the bus has lost its state. It is retried until it succeeds.
func (r *Relay) release(ctx context.Context) bool {
	if !r.lost {
		return true
	}
	if err := r.outbox.ExpireLeases(ctx); err != nil {
		if ctx.Err() == nil {
			r.log.Error("relay: leases not ended after the bus lost its state; trying again", "error", err)
		}
		return false
	}
	r.lost = false
	return true
}

// Swept is when the relay last published what is due.
func (r *Relay) Swept() time.Time { return time.UnixMilli(r.swept.Load()) }

// Queue returns how many committed events wait to be published, and how many can.
func (r *Relay) Queue() (waiting, most int) { return len(r.committed), cap(r.committed) }
