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

// Handler does what a subscriber does about an event. It may be called more than once for one event.
type Handler func(context.Context, event.Envelope) error

// On makes a Handler of a service's method for one event type. An event that is not valid against its schema is a
// permanent fault.
func On[E event.Event](handle func(context.Context, E) error) Handler {
	return func(ctx context.Context, env event.Envelope) error {
		e, err := event.Open[E](env)
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "the event cannot be read")
		}
		return handle(ctx, e)
	}
}

// Receipts is where the outcome of each try is kept. The database has it.
type Receipts interface {
	ReceiptOpen(ctx context.Context, r *event.Receipt) (bool, error)
	Hold(ctx context.Context, r *event.Receipt, until time.Time) error
	Attempts(ctx context.Context, r *event.Receipt) (int, error)
	MarkDone(ctx context.Context, r *event.Receipt) error
	Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error
	Park(ctx context.Context, r *event.Receipt, failure string) error
}

// Retries says how often and when a failed event is tried again: after a random time up to Base, which doubles with
// each try up to Cap; after Attempts tries it is parked.
type Retries struct {
	Attempts  int
	Base, Cap time.Duration
}

// DefaultRetries goes on through a partner's outage of about half an hour, at most one.
var DefaultRetries = Retries{Attempts: 20, Base: time.Second, Cap: 5 * time.Minute}

// Dispatcher calls handlers and keeps what became of it. All fields but Observe and Able must be set.
type Dispatcher struct {
	Receipts Receipts
	Retries  Retries
	Timeout  time.Duration // of one call of a handler; shorter than the bus waits for an acknowledgement
	Now      func() time.Time
	Jitter   func(longest time.Duration) time.Duration // a random time from 0 up to the longest
	Log      *slog.Logger
	// Able reports whether an outcome could be stored now; nil: always. While it cannot, no events are taken, and those
	// that come are given back: another copy may be able.
	Able    func() bool
	Observe func(subscriber string, outcome Outcome, took time.Duration) // of each try; nil: no one counts
}

// CanStore reports whether an outcome could be stored now.
func (d *Dispatcher) CanStore() bool { return d.Able == nil || d.Able() }

// Outcome is what became of a try.
type Outcome string

// The outcomes of a try.
const (
	Done    Outcome = "done"
	Before  Outcome = "done-before" // nothing was left to do: the event came again
	Again   Outcome = "retried"     // it failed, and is tried again
	Parked  Outcome = "parked"      // it failed, and is a dead letter
	NotKept Outcome = "not-stored"  // the outcome could not be stored; the event is delivered again
	PutOff  Outcome = "put-off"     // it was not begun, for want of a place (fault.ErrNotBegun); the event is delivered again
)

// Outcomes lists them.
var Outcomes = []Outcome{Done, Before, Again, Parked, NotKept, PutOff}

// bookkeeping bounds how long an outcome may take to be stored.
const bookkeeping = 10 * time.Second

// Dispatch hands an event to its subscriber. It returns true when the outcome is in the database: done, due again, or
// parked. Otherwise the event must be delivered again: its outcome could not be stored, or there was no place to begin with it,
// which costs no try.
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

// try handles an event once, and stores the outcome. The error is that of the storing.
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

// call runs the handler with its receipt, bounded in time, and turns a panic into an error.
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

// failed keeps a failed try: parks what cannot be helped by trying again, and what was tried often enough.
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

// longest is the most that is waited after so many failed tries: exponential, up to the cap. With full jitter below
// it, what failed together does not come back together.
func (r Retries) longest(attempts int) time.Duration {
	if attempts < 30 && r.Base<<attempts < r.Cap {
		return r.Base << attempts
	}
	return r.Cap
}

// stored tells when an outcome is not in the database. A receipt that is not there is: the event's order was archived
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
