// Package bus carries events from the journal to their subscribers. It has what both kinds of bus share: the dispatcher,
// which calls a subscriber's handler and stores the outcome in the database. Package local passes events on within a
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
	// Publish publishes an event without blocking: to all subscribers of its type, or to the named one as its send-th
	// delivery. It reports no failure: the journal publishes again what does not arrive.
	Publish(env event.Envelope, subscriber string, send int)
	// Able reports whether events can be published now.
	Able() bool
	// Subscribe starts to deliver a subscription's events to the dispatcher. stop takes no new events, and waits for
	// those in work until its context ends; then it cancels them, and returns an error.
	Subscribe(ctx context.Context, sub event.Subscription, d *Dispatcher, h Handler) (stop func(context.Context) error, err error)
	// Lost signals that the bus has lost events: all pending events must be published again. A late receiver gets only
	// the latest signal.
	Lost() <-chan struct{}
	// Flush waits until everything published is on the bus or refused, or the context ends.
	Flush(ctx context.Context) error
	// Consumers returns the state of each subscriber on the bus.
	Consumers(ctx context.Context) ([]Consumer, error)
	// Fill returns how many bytes of events the bus holds, and how many it can.
	Fill(ctx context.Context) (held, most uint64, err error)
}

// Consumer is the state of a subscriber on the bus.
type Consumer struct {
	Subscriber string
	Exists     bool
	Pulls      bool // whether a process takes its events
	Waiting    int  // events that wait on the bus
	Held       int  // events that are delivered and not finished
	Finished   uint64
}

const (
	// Workers bounds how many events one subscriber of one process handles at once.
	Workers = 64
	// RedeliverAfter is when an event is delivered again whose outcome could not be stored, or that was not begun.
	RedeliverAfter = time.Second
	// CutGrace is how long cancelled handlers may take to return.
	CutGrace = time.Second
	// LongestWork is how long an event may be in work: a handler (Dispatcher.Timeout) and its bookkeeping.
	LongestWork = 30 * time.Second
	// AckWait is when an event of a dead process is delivered again.
	AckWait = 10 * time.Second
	// StuckAfter is how long a subscriber may finish nothing before it counts as stuck. It covers the wait for the events
	// of a dead process and their work, so that neither a slow partner nor a takeover counts.
	StuckAfter = AckWait + LongestWork
	// LongestLease is longer than the journal ever waits for the outcome of an event before it publishes it again
	// (database.LongestWait; the app compares the two). What a bus lost longer ago has been published since.
	LongestLease = 25 * time.Minute
)
