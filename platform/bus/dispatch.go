package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
)

// Handler handles an event for a subscriber. It may be called more than once for one event.
type Handler func(context.Context, event.Envelope) error

// On makes a Handler from a service's method for one event type. An event that does not match its schema is a permanent
// fault.
func On[E event.Event](handle func(context.Context, E) error) Handler {
	return func(ctx context.Context, env event.Envelope) error {
		e, err := event.Open[E](env)
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "the event cannot be read")
		}
		return handle(ctx, e)
	}
}

// Receipts stores the outcome of each try. The database implements it.
type Receipts interface {
	ReceiptOpen(ctx context.Context, r *event.Receipt) (bool, error)
	Hold(ctx context.Context, r *event.Receipt, until time.Time) error
	Attempts(ctx context.Context, r *event.Receipt) (int, error)
	MarkDone(ctx context.Context, r *event.Receipt) error
	Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error
	Park(ctx context.Context, r *event.Receipt, failure string) error
}

// Retries says how often and when a failed event is tried again: after a random wait up to Base, doubled with each try up
// to Cap; after Attempts tries it is parked.
type Retries struct {
	Attempts  int
	Base, Cap time.Duration
}

// DefaultRetries covers a partner's outage of about half an hour, at most one hour.
var DefaultRetries = Retries{Attempts: 20, Base: time.Second, Cap: 5 * time.Minute}

// Dispatcher calls handlers and stores the outcomes. All fields but Observe and Able must be set.
type Dispatcher struct {
	Receipts Receipts
	Retries  Retries
	Timeout  time.Duration // for one call of a handler; shorter than the bus waits for an acknowledgement
	Now      func() time.Time
	Jitter   func(longest time.Duration) time.Duration // returns a random duration from 0 to longest
	Log      *slog.Logger
	// Able reports whether an outcome can be stored now; nil: always. Meanwhile no events are taken, and those delivered
	// are returned, since another copy may be able.
	Able    func() bool
	Observe func(subscriber string, outcome Outcome, took time.Duration) // called for each try; nil: not counted
}

// CanStore reports whether an outcome can be stored now.
func (d *Dispatcher) CanStore() bool { return d.Able == nil || d.Able() }

// Outcome is the outcome of a try.
type Outcome string

// The outcomes of a try.
const (
	Done    Outcome = "done"
	Before  Outcome = "done-before" // the event was delivered again, and already done
	Again   Outcome = "retried"     // it failed, and will be tried again
	Parked  Outcome = "parked"      // it failed, and is a dead letter
	NotKept Outcome = "not-stored"  // the outcome could not be stored; the event is delivered again
	PutOff  Outcome = "put-off"     // it was not begun for lack of room (fault.ErrNotBegun); the event is delivered again
)

// Outcomes lists the outcomes.
var Outcomes = []Outcome{Done, Before, Again, Parked, NotKept, PutOff}

// bookkeeping bounds the storing of an outcome.
const bookkeeping = 10 * time.Second

// Dispatch handles an event for a subscriber. It returns true if the outcome is in the database: done, due again, or
// parked. Otherwise the event must be delivered again: its outcome could not be stored, or there was no room to begin,
// which does not count as a try.
func (d *Dispatcher) Dispatch(ctx context.Context, sub event.Subscription, h Handler, env event.Envelope) bool {
	ctx, cancel := context.WithTimeout(ctx, d.Timeout+bookkeeping)
	defer cancel()
	ctx, span := begin(ctx, sub, env)
	begun := time.Now()
	outcome, err := d.try(ctx, sub, h, env)
	span.Text("webshop.outcome", string(outcome))
	if outcome == Again || outcome == Parked {
		span.Failed(string(outcome))
	}
	span.End(err)
	if d.Observe != nil {
		d.Observe(sub.Subscriber, outcome, time.Since(begun))
	}
	if outcome == NotKept || outcome == PutOff {
		return false
	}
	crash.At("bus.before-ack")
	return true
}

// try handles an event once, and stores the outcome. The error is that of storing.
func (d *Dispatcher) try(ctx context.Context, sub event.Subscription, h Handler, env event.Envelope) (Outcome, error) {
	r := &event.Receipt{EventID: env.ID, Subscriber: sub.Subscriber}
	if sub.Outside {
		open, err := d.Receipts.ReceiptOpen(ctx, r)
		if err != nil || !open {
			return d.stored(ctx, r, Before, err)
		}
	}
	crash.At("bus.before-handler")
	err := d.callLeased(ctx, sub, r, h, env)
	switch {
	case errors.Is(err, fault.ErrNotBegun):
		return PutOff, nil
	case err != nil:
		outcome, err := d.failed(ctx, r, err)
		return d.stored(ctx, r, outcome, err)
	case !r.Settled():
		crash.At("bus.after-effect")
		return d.stored(ctx, r, Done, d.Receipts.MarkDone(ctx, r))
	}
	return Done, nil
}

// call runs the handler with its receipt and a timeout, and turns a panic into an error.
func (d *Dispatcher) call(ctx context.Context, r *event.Receipt, h Handler, env event.Envelope) (err error) {
	ctx, cancel := context.WithTimeout(event.WithReceipt(ctx, r), d.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return h(ctx, env)
}

// failed records a failed try. It parks permanent failures, and those with too many tries.
func (d *Dispatcher) failed(ctx context.Context, r *event.Receipt, cause error) (Outcome, error) {
	attempts, err := d.Receipts.Attempts(ctx, r)
	if err != nil {
		return NotKept, err
	}
	if fault.Permanent(cause) || attempts+1 >= d.Retries.Attempts {
		d.Log.ErrorContext(ctx, "event parked as a dead letter", "subscriber", r.Subscriber, "event", r.EventID,
			"attempts", attempts+1, "error", cause)
		return Parked, d.Receipts.Park(ctx, r, cause.Error())
	}
	wait := d.Jitter(d.Retries.longest(attempts))
	d.Log.WarnContext(ctx, "event failed; it will be tried again", "subscriber", r.Subscriber, "event", r.EventID,
		"attempts", attempts+1, "wait", wait, "error", cause)
	return Again, d.Receipts.Retry(ctx, r, cause.Error(), d.Now().Add(wait))
}

// longest returns the longest wait after a number of failed tries: exponential, up to Cap. A random wait below it (full
// jitter) spreads the retries of events that failed together.
func (r Retries) longest(attempts int) time.Duration {
	if attempts < 30 && r.Base<<attempts < r.Cap {
		return r.Base << attempts
	}
	return r.Cap
}

// stored logs an outcome that is not in the database. A missing receipt counts as stored: the event's order was archived
// when all its events had been handled, or the database is not the one that the event came from.
func (d *Dispatcher) stored(ctx context.Context, r *event.Receipt, outcome Outcome, err error) (Outcome, error) {
	if fault.CodeOf(err) == fault.NotFound {
		d.Log.WarnContext(ctx, "an event without a receipt is passed over", "subscriber", r.Subscriber, "event", r.EventID)
		return Before, nil
	}
	if err != nil {
		d.Log.ErrorContext(ctx, "outcome of an event not stored; it will be delivered again", "subscriber", r.Subscriber,
			"event", r.EventID, "error", err)
		return NotKept, err
	}
	return outcome, nil
}
