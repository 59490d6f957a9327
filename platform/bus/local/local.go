// Package local is a bus within one process: it passes events to their subscribers through queues in memory, one per
// subscriber, so that a slow one does not hold up the others.
//
// The queues are bounded. The journal publishes again what does not fit, or is queued when the process ends, once its
// lease ends. A queued event is not queued twice; an event published while it is in work is delivered once more
// afterwards.
package local

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
)

const (
	// mostWaiting bounds the events of one subscriber. By default a shop stops taking orders before more than
	// 20,000 wait for all subscribers with effects outside (--max-backlog).
	mostWaiting = 16 << 10
	// mostBytes bounds the events in all queues.
	mostBytes = 64 << 20
	// envelopeBytes is the memory of a queued event besides its payload.
	envelopeBytes = 512
	// dueBatch bounds how many receipts are made due at once.
	dueBatch = 1000
)

// Bus is the queues of a process. Make one with Alone or Shared.
type Bus struct {
	lost    chan struct{}
	lease   Lease
	makeDue MakeDue
	bytes   atomic.Int64
	waiting atomic.Int64

	mu     sync.RWMutex
	queues map[string]*queue // by subscriber

	leftMu sync.Mutex
	left   []*event.Receipt // receipts that no handler here takes any more
}

// Lease returns how long, at least, the journal leaves an event to the process that publishes it for the send-th time.
type Lease func(send int) time.Duration

// MakeDue makes pending receipts due at once.
type MakeDue func(context.Context, []*event.Receipt) error

// Alone returns the bus of the only process that publishes events of its journal. All pending events are left from its
// last run, so Lost signals at once.
func Alone() *Bus {
	b := Shared(nil, nil)
	b.lost <- struct{}{}
	return b
}

// Shared returns the bus of one of several processes with the same journal. Events in the queues of the others stay
// there, and come here when their leases end. An event with an effect outside the database that waits here beyond its
// lease is left to the process that has taken it then. Flush passes the events that are queued at the end of the process
// to makeDue.
func Shared(lease Lease, makeDue MakeDue) *Bus {
	return &Bus{lost: make(chan struct{}, 1), queues: map[string]*queue{}, lease: lease, makeDue: makeDue}
}

// Publish puts an event into the queues of its subscribers.
func (b *Bus) Publish(env event.Envelope, subscriber string, send int) {
	span, traceParent := bus.Publishing(env, subscriber, send)
	defer span.End(nil)
	if subscriber != "" {
		b.put(subscriber, env, send, traceParent)
		return
	}
	for _, name := range event.SubscribersOf(env.Type) {
		b.put(name, env, send, traceParent)
	}
}

func (b *Bus) put(subscriber string, env event.Envelope, send int, traceParent string) {
	b.mu.RLock()
	q := b.queues[subscriber]
	b.mu.RUnlock()
	if q == nil {
		b.leave(env.ID, subscriber)
		return
	}
	q.put(&delivery{env: env, sent: send, until: b.until(send), traceParent: traceParent})
}

// leave records a receipt that other processes should take.
func (b *Bus) leave(eventID, subscriber string) {
	b.leftMu.Lock()
	defer b.leftMu.Unlock()
	if b.makeDue != nil && len(b.left) < mostWaiting {
		b.left = append(b.left, &event.Receipt{EventID: eventID, Subscriber: subscriber})
	}
}

// until returns when the lease of an event ends that is published now; zero: never.
func (b *Bus) until(send int) (end time.Time) {
	if b.lease == nil {
		return end
	}
	return time.Now().Add(b.lease(send))
}

// Able returns true: events can always be published.
func (b *Bus) Able() bool { return true }

// Idle reports whether no event waits in a queue.
func (b *Bus) Idle() bool { return b.waiting.Load() == 0 }

// Lost signals once, at the start of a process that is alone, that its queues are empty.
func (b *Bus) Lost() <-chan struct{} { return b.lost }

// Flush makes the receipts due that no handler here takes any more.
func (b *Bus) Flush(ctx context.Context) error {
	b.leftMu.Lock()
	left := b.left
	b.left = nil
	b.leftMu.Unlock()
	for some := range slices.Chunk(left, dueBatch) {
		if err := b.makeDue(ctx, some); err != nil {
			return fmt.Errorf("bus: return queued events: %w", err)
		}
	}
	return nil
}

// Wipe loses every queued event. It is for fault injection: a normal build never calls it.
func (b *Bus) Wipe() {
	for _, q := range b.all() {
		q.wipe()
	}
}

func (b *Bus) all() []*queue {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Collect(maps.Values(b.queues))
}

// Subscribe opens the queue of a subscription, whose events are passed to the dispatcher.
func (b *Bus) Subscribe(ctx context.Context, sub event.Subscription, d *bus.Dispatcher, h bus.Handler) (func(context.Context) error, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.queues[sub.Subscriber] != nil {
		return nil, fmt.Errorf("bus: %s is subscribed already", sub.Subscriber)
	}
	q := newQueue(context.WithoutCancel(ctx), b, sub, d, h)
	b.queues[sub.Subscriber] = q
	return func(ctx context.Context) error {
		b.mu.Lock()
		if b.queues[sub.Subscriber] == q {
			delete(b.queues, sub.Subscriber)
		}
		b.mu.Unlock()
		return q.stop(ctx)
	}, nil
}

// Consumers returns the state of each queue.
func (b *Bus) Consumers(context.Context) (all []bus.Consumer, err error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, sub := range event.Subscriptions {
		c := bus.Consumer{Subscriber: sub.Subscriber, Exists: true}
		if q := b.queues[sub.Subscriber]; q != nil {
			q.describe(&c)
		}
		all = append(all, c)
	}
	return all, nil
}

// Fill returns how many bytes of events are queued or in work, and how many can be.
func (b *Bus) Fill(context.Context) (held, most uint64, err error) {
	return uint64(max(b.bytes.Load(), 0)), mostBytes, nil
}
