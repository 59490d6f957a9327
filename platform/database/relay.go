package database

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/crash"
)

// Publisher hands events to the bus without waiting: to all subscribers, or to one for the send-th time.
type Publisher interface {
	Publish(env event.Envelope, subscriber string, send int)
	// Able reports whether events can be published now, as far as is known.
	Able() bool
}

const (
	// handover and handoverBytes bound the committed events that wait to be published. What does not fit is found by the
	// sweep.
	handover      = 8192
	handoverBytes = 8 << 20
	// envelopeBytes is what an event takes beside its payload.
	envelopeBytes = 512
	// sweepEvery is how often the relay looks for receipts that are due.
	sweepEvery = time.Second
	// drainFor bounds the publishing at the end, where a bus that stalls would hold up the stop.
	drainFor = 2 * time.Second
	// sweepSoon is how soon it looks again after a sweep that found as many as it may take, if the bus has nothing left to do
	// meanwhile.
	sweepSoon = 50 * time.Millisecond
	// sweepBatch bounds one sweep, so that a long outage ends without a storm.
	sweepBatch = 1000
)

// FirstLease is how long an event has after its commit until it is published again. It is short, since the process may
// have died before it published the event. It is the same message then: a bus that has it already swallows it.
const FirstLease = 5 * time.Second

// promptUpTo is how many receipts may wait for their first try for FirstLease to be given: some seconds of work. When more
// do, most of what is old waits its turn, and to publish it again would only be more to do.
const promptUpTo = 1000

// FirstWait is how long a new event has until it is published again, when so many receipts wait for their first try.
func FirstWait(behind Backlog) time.Duration {
	if behind.All() > promptUpTo {
		return Lease
	}
	return FirstLease
}

// Lease is how long an event that was published again has until it is sent once more, as another message for the
// subscriber that does not answer; it doubles with each send. It counts from the publishing, not from when a handler
// begins: a handler with an effect outside the database that works for long, or begins late, holds its receipt for as long
// as it may take (bus.LeaseAfter, bus.LeaseAtOnce), so that no second one begins. A bus that has lost its state ends all
// leases. Whatever is handled twice at once all the same has one effect, by its receipt or its key.
const Lease = 20 * time.Second

// MaxDoublings is how often the lease of an event doubles, and LongestWait the longest that any receipt waits: for its
// lease to end, or to be tried again.
const (
	MaxDoublings = 6
	LongestWait  = Lease << MaxDoublings
)

// ClockSlack is by how much the clocks of two processes may differ. A time that is further ahead is one of a clock that
// has stepped back since.
const ClockSlack = time.Minute

// Relay publishes journalled events: right after their commit, and again as long as a receipt is pending and due.
type Relay struct {
	outbox    Outbox
	publisher Publisher
	inside    inside // the publisher, if it is one
	now       func() time.Time
	log       *slog.Logger
	committed chan event.Envelope
	lost      bool         // whether the bus has lost what is pending, which is not due yet
	full      bool         // whether the last sweep found as many as it may take
	held      atomic.Int64 // bytes of what is committed
	swept     atomic.Int64 // when the last sweep ended that could look, in milliseconds since 1970
}

// NewRelay returns a relay that is to be told of commits (Committed) and run (Run).
func NewRelay(outbox Outbox, publisher Publisher, now func() time.Time, log *slog.Logger) *Relay {
	r := &Relay{outbox: outbox, publisher: publisher, now: now, log: log, committed: make(chan event.Envelope, handover)}
	r.inside, _ = publisher.(inside)
	r.swept.Store(now().UnixMilli()) // it is about to begin
	return r
}

// Committed takes the events of a transaction for publishing. It does not block.
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

// publish hands an event to the bus that was committed.
func (r *Relay) publish(env event.Envelope) {
	r.held.Add(-bytesOf(env))
	crash.At("relay.before-publish")
	r.publisher.Publish(env, "", 0)
	crash.At("relay.after-publish")
}

// Run publishes until the context ends, and then what was committed before. When it is told that the bus has lost what
// was on it, it publishes all that is pending again, without waiting for it to be due.
func (r *Relay) Run(ctx context.Context, lost <-chan struct{}) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	var soon <-chan time.Time
	if r.inside != nil {
		soon = time.Tick(sweepSoon)
	}
	for ctx.Err() == nil { // asked first: a select may go on taking what was committed, each with its own wait
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

// inside is a publisher whose subscribers are all in this process.
type inside interface{ Idle() bool } // whether it has nothing to do

// Forward publishes what this process commits until the context ends, and leaves what is due to other processes (Run).
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

// drain publishes what was committed before the end, for a bounded time: what is left is in the journal.
func (r *Relay) drain() {
	for end := time.Now().Add(drainFor); len(r.committed) > 0 && time.Now().Before(end); {
		r.publish(<-r.committed)
	}
}

// Sweep looks once for what is due, as Run does each second.
func (r *Relay) Sweep(ctx context.Context) { r.sweep(ctx) }

// sweep publishes again what is due. Without a bus it leaves that to other copies.
func (r *Relay) sweep(ctx context.Context) {
	if err := r.outbox.CapWaits(ctx, r.now()); err != nil && ctx.Err() == nil {
		r.log.Error("relay: no look at what waits for too long; trying again", "error", err)
	}
	if !r.publisher.Able() || !r.release(ctx) {
		return
	}
	due, err := r.outbox.TakeDue(ctx, r.now(), Lease, sweepBatch) // asked now: the release may have taken long, and made all due at its end
	if err != nil {
		if ctx.Err() == nil {
			r.log.Error("relay: no look at the outbox; trying again", "error", err)
		}
		return
	}
	r.full = len(due) == sweepBatch
	same := map[string]bool{}
	for _, d := range due {
		crash.At("relay.after-lease")
		switch {
		case !d.First() || r.inside != nil: // a receipt that another process took is that one's
			r.publisher.Publish(d.Envelope, d.Subscriber, d.Send)
		case !same[d.Envelope.ID]: // once for all of its subscribers
			same[d.Envelope.ID] = true
			r.publisher.Publish(d.Envelope, "", 0)
		}
	}
	r.swept.Store(r.now().UnixMilli())
}

// release makes all that is pending due, when the bus has lost it. It is tried until it succeeds.
func (r *Relay) release(ctx context.Context) bool {
	if !r.lost {
		return true
	}
	if err := r.outbox.ExpireLeases(ctx); err != nil {
		if ctx.Err() == nil {
			r.log.Error("relay: what the bus has lost is not due yet; trying again", "error", err)
		}
		return false
	}
	r.lost = false
	return true
}

// Swept is when the relay last looked for what is due, and published it.
func (r *Relay) Swept() time.Time { return time.UnixMilli(r.swept.Load()) }

// Queue returns how many committed events wait to be published, and how many may.
func (r *Relay) Queue() (waiting, most int) { return len(r.committed), cap(r.committed) }
