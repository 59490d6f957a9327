// Package bus carries events from the journal to their subscribers. It has what both kinds of bus share: the dispatcher,
// which calls a subscriber's handler and keeps the outcome in the database. Package local hands events over inside the
// process; package nats carries them between processes. Both pass the suite in package bustest.
//
// A bus may lose, delay, repeat or reorder events. The journal has them all, and publishes again what is still pending.
// Retries belong to the database, not to the bus.
package bus

import (
	"context"
	"time"

	"acme.example/webshop/event"
)

// Bus is a way from the journal to the subscribers. It is safe for concurrent use.
type Bus interface {
	// Publish hands over an event without blocking: to all subscribers of its type, or to the named one for the send-th
	// time. It reports no failure: what does not arrive is published again by the journal.
	Publish(env event.Envelope, subscriber string, send int)
	// Able reports whether events can be published now.
	Able() bool
	// Subscribe starts to deliver a subscription's events to the dispatcher. The returned function stops that: it takes no new
	// events, and lets those in work finish until the context ends; then it cuts them off, which is an error.
	Subscribe(ctx context.Context, sub event.Subscription, d *Dispatcher, h Handler) (stop func(context.Context) error, err error)
	// Lost tells that the bus has lost events: all that is pending must be published again. A receiver that comes late
	// hears of the newest loss only.
	Lost() <-chan struct{}
	// Flush waits until all that was published is on the bus, or refused, or the context ends.
	Flush(ctx context.Context) error
	// Consumers returns how each subscriber stands with the bus.
	Consumers(ctx context.Context) ([]Consumer, error)
	// Fill returns how many bytes of events the bus holds, and how many it may.
	Fill(ctx context.Context) (held, most uint64, err error)
}

// Consumer is how a subscriber takes its events from the bus.
type Consumer struct {
	Subscriber string
	Exists     bool
	Pulls      bool // whether anyone takes its events
	Waiting    int  // events that wait for it on the bus
	Held       int  // events that it was given and has not finished
	Finished   uint64
}

const (
	// Workers bounds how many events one subscriber of one process handles at once.
	Workers = 64
	// RedeliverAfter is after how long an event comes again whose outcome could not be stored, or that was not begun.
	RedeliverAfter = time.Second
	// CutGrace is how long handlers that were cut off may take to notice.
	CutGrace = time.Second
	// LongestWork is how long an event may be in work: a handler (Dispatcher.Timeout) and its bookkeeping.
	LongestWork = 30 * time.Second
	// AckWait is after how long an event comes again whose process has gone.
	AckWait = 10 * time.Second
	// StuckAfter is for how long a subscriber may finish nothing of what it holds. It is longer than an event waits to come
	// again whose process has gone, and then is in work, so that neither a slow partner nor a takeover is taken for it.
	StuckAfter = AckWait + LongestWork
	// LongestLease is longer than the journal waits for the outcome of an event before it is published again
	// (database.LongestWait; the app compares the two). What a bus lost longer ago has been published since.
	LongestLease = 25 * time.Minute
)
