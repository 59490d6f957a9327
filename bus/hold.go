package bus

import (
	"context"
	"time"

	"acme.example/webshop/event"
)

const (
	// HoldAfter is how long a handler works before it holds its receipt. It is shorter than the journal waits at least
	// until it publishes an event again: most handlers end by then, and cost no write.
	HoldAfter = 3 * time.Second
	// HoldAtOnce is how old an event is whose receipt is held before its handler begins: it has waited for so long that it
	// may be published again before a handler has ended that begins now.
	HoldAtOnce = 10 * time.Second
)

// callHeld runs a handler, and holds its receipt meanwhile, so that the journal does not publish the event again and no
// second handler begins. An effect in the database needs no such care: it is one transaction with its receipt.
func (d *Dispatcher) callHeld(ctx context.Context, sub event.Subscription, r *event.Receipt, h Handler, env event.Envelope) error {
	if !sub.Outside {
		return d.call(ctx, r, h, env)
	}
	if d.Now().Sub(env.Time) > HoldAtOnce {
		d.hold(ctx, r)
	} else {
		held := make(chan struct{})
		late := time.AfterFunc(HoldAfter, func() { defer close(held); d.hold(ctx, r) })
		defer func() {
			if !late.Stop() { // what has begun must end before the outcome is kept, or it would put off the next try
				<-held
			}
		}()
	}
	return d.call(ctx, r, h, env)
}

// hold puts off a receipt for as long as a handler and its bookkeeping may take. Where that fails, the event may be
// published again early: keys and receipts still make that one effect.
func (d *Dispatcher) hold(ctx context.Context, r *event.Receipt) {
	err := d.Receipts.Hold(ctx, r, d.Now().Add(d.Timeout+bookkeeping))
	if err != nil && ctx.Err() == nil {
		d.Log.WarnContext(ctx, "the receipt of an event in work is not held", "subscriber", r.Subscriber, "event", r.EventID, "error", err)
	}
}
