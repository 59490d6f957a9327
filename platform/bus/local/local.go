// Package local is a bus inside one process: it hands events to their subscribers through queues in memory, one for each
// subscriber, so that a slow one does not hold up the others.
//
// The queues are bounded. What does not fit, and what is in them when the process ends, is published again by the journal
// when its lease ends. An event that waits in a queue is not put there twice; one that is published while it is in work
// is delivered once more afterwards.
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
	// envelopeBytes is what an event in a queue takes beside its payload.
	envelopeBytes = 512
	// dueBatch bounds what is given back at once.
	dueBatch = 1000
)

// Bus is the queues of a process.
type Bus struct {
	lost    chan struct{}
	lease   Lease
	makeDue MakeDue
	bytes   atomic.Int64
	waiting atomic.Int64

	mu     sync.RWMutex
	queues map[string]*queue // by subscriber

	leftMu sync.Mutex
	left   []*event.Receipt // what no one here takes any more
}

// Lease says for how long the journal leaves an event to the process that publishes it for the send-th time, at least.
type Lease func(send int) time.Duration

// MakeDue makes pending receipts due at once.
type MakeDue func(context.Context, []*event.Receipt) error

// Alone returns the bus of a process that is the only one to hand over events of its journal. All that is pending was left
// behind by an earlier life of it, and Lost tells so at once.
func Alone() *Bus {
	b := Shared(nil, nil)
	b.lost <- struct{}{}
	return b
}

// Shared returns the bus of one process of several with the same journal. What the others have in their queues is left to
// them: it comes when its lease ends. And what waits here until its lease has ended is left to whoever took it then, if it
// has an effect outside the database. What waits here at the end of the process is given to makeDue, which makes it due at
// once (Flush).
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

// leave notes what other processes are to take.
func (b *Bus) leave(eventID, subscriber string) {
	b.leftMu.Lock()
	defer b.leftMu.Unlock()
	if b.makeDue != nil && len(b.left) < mostWaiting {
		b.left = append(b.left, &event.Receipt{EventID: eventID, Subscriber: subscriber})
	}
}

// until is when the lease of an event ends that is published now; zero: never.
func (b *Bus) until(send int) (end time.Time) {
	if b.lease == nil {
		return end
	}
	return time.Now().Add(b.lease(send))
}

// Able reports that events can be published: always.
func (b *Bus) Able() bool { return true }

// Idle reports whether no event waits in a queue.
func (b *Bus) Idle() bool { return b.waiting.Load() == 0 }

// Lost tells once at the start of a process that is alone that its queues are empty.
func (b *Bus) Lost() <-chan struct{} { return b.lost }

// Flush gives to other processes what no one takes here any more.
func (b *Bus) Flush(ctx context.Context) error {
	b.leftMu.Lock()
	left := b.left
	b.left = nil
	b.leftMu.Unlock()
	for some := range slices.Chunk(left, dueBatch) {
		if err := b.makeDue(ctx, some); err != nil {
			return fmt.Errorf("bus: give back what waits: %w", err)
		}
	}
	return nil
}

// Wipe loses every event that waits. It is a fault to be made on purpose: nothing calls it in a normal build.
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

// Subscribe opens the queue of a subscription, whose events go to the dispatcher.
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

// Consumers returns how full each queue is.
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

// Fill returns how many bytes of events are in the queues and in work, and how many may be.
func (b *Bus) Fill(context.Context) (held, most uint64, err error) {
	return uint64(max(b.bytes.Load(), 0)), mostBytes, nil
}
