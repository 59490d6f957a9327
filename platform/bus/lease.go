package bus

import (
	"context"
	"time"

	"acme.example/webshop/event"
)

const (
	// LeaseAfter is how long a handler works before it holds its receipt. It is shorter than the shortest time until the
	// journal publishes an event again. Most handlers end earlier, and cost no write.
	LeaseAfter = 3 * time.Second
	// LeaseAtOnce is the age of an event from which its receipt is held before its handler begins, since the event may
	// otherwise be published again before the handler ends.
	LeaseAtOnce = 10 * time.Second
	// leaseMargin is the time allowed for extending a lease.
	leaseMargin = 500 * time.Millisecond
)

type leaseKey struct{}

// WithLease returns the context of a delivery whose lease ends at a time: until then the journal leaves the event to this
// process.
func WithLease(ctx context.Context, until time.Time) context.Context {
	return context.WithValue(ctx, leaseKey{}, until)
}

// ends reports whether the lease of an event may end before a handler that begins now extends it.
func (d *Dispatcher) ends(ctx context.Context, env event.Envelope) bool {
	if until, known := ctx.Value(leaseKey{}).(time.Time); known {
		return until.Sub(d.Now()) < LeaseAfter+leaseMargin
	}
	return d.Now().Sub(env.Time) > LeaseAtOnce
}

// callLeased runs a handler and holds its receipt meanwhile, so that the journal does not publish the event again and no
// second handler begins. An effect in the database needs no hold: it is one transaction with its receipt.
func (d *Dispatcher) callLeased(ctx context.Context, sub event.Subscription, r *event.Receipt, h Handler, env event.Envelope) error {
	if !sub.Outside {
		return d.call(ctx, r, h, env)
	}
	if d.ends(ctx, env) {
		d.lease(ctx, r)
	} else {
		held := make(chan struct{})
		late := time.AfterFunc(LeaseAfter, func() { defer close(held); d.lease(ctx, r) })
		defer func() {
			if !late.Stop() { // a hold under way must end before the outcome is stored, or it would postpone the next try
				<-held
			}
		}()
	}
	return d.call(ctx, r, h, env)
}

// lease holds a receipt for as long as a handler and its bookkeeping may take. If that fails, the event may be published
// again early; keys and receipts still make that one effect.
func (d *Dispatcher) lease(ctx context.Context, r *event.Receipt) {
	err := d.Receipts.Hold(ctx, r, d.Now().Add(d.Timeout+bookkeeping))
	if err != nil && ctx.Err() == nil {
		d.Log.WarnContext(ctx, "the receipt of an event in work is not held", "subscriber", r.Subscriber, "event", r.EventID, "error", err)
	}
}
