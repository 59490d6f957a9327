package simulation

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"acme.example/webshop/event"
)

const (
	ackWait         = 10 * time.Second // as on the real bus; reports that a message is in work are always lost
	duplicateWindow = 2 * time.Minute
)

// wire is the bus of one life. Like the real one it is in memory, delivers messages at least once, and drops messages
// with a recent id. Unlike it, it also loses, doubles, delays and reorders messages at random.
type wire struct {
	*life
	inbox    sync.Mutex
	handed   []publication // published by the relay since the last step
	messages []*message
	ids      map[string]time.Time
}

type publication struct {
	env        event.Envelope
	subscriber string
	send       int
}

// message is an event for one subscriber.
type message struct {
	number int
	env    event.Envelope
	sub    event.Subscription
	at     time.Time // earliest next delivery
	acked  bool
}

func newWire(l *life) *wire { return &wire{life: l, ids: map[string]time.Time{}} }

// Able returns true: this bus loses what it cannot take.
func (b *wire) Able() bool { return true }

// Publish takes an event from the relay.
func (b *wire) Publish(env event.Envelope, subscriber string, send int) {
	b.inbox.Lock()
	defer b.inbox.Unlock()
	b.handed = append(b.handed, publication{env, subscriber, send})
}

// collect converts published events to messages, or loses them.
func (b *wire) collect() {
	b.inbox.Lock()
	handed := b.handed
	b.handed = nil
	b.inbox.Unlock()
	for _, p := range handed {
		b.checkJournalled(p.env)
		id := p.env.ID + "/" + p.subscriber + "/" + strconv.Itoa(p.send)
		if at, known := b.ids[id]; known && time.Since(at) < duplicateWindow {
			continue
		}
		if b.chance(b.plan.drop) {
			b.note("bus: LOSES %s of order %d for %q", p.env.Type, p.env.OrderID, p.subscriber)
			continue
		}
		b.ids[id] = time.Now()
		b.route(p)
	}
}

func (b *wire) route(p publication) {
	for _, sub := range event.Subscriptions {
		if sub.Type != p.env.Type || (p.subscriber != "" && p.subscriber != sub.Subscriber) {
			continue
		}
		copies := 1
		if b.chance(b.plan.double) {
			copies = 2
		}
		for range copies {
			m := &message{number: b.number(), env: p.env, sub: sub, at: time.Now()}
			if b.chance(b.plan.slow) {
				m.at = m.at.Add(time.Duration(b.dice.IntN(40_000)) * time.Millisecond)
			}
			b.messages = append(b.messages, m)
		}
	}
}

// options returns the messages that can be delivered now, in any order.
func (b *wire) options() (options []option) {
	b.messages = slices.DeleteFunc(b.messages, func(m *message) bool { return m.acked })
	for _, m := range b.messages {
		if !m.at.After(time.Now()) {
			options = append(options, option{6, func() { b.deliver(m) }})
		}
	}
	return options
}

// deliver passes a message to the dispatcher. Without an acknowledgement it is delivered again.
func (b *wire) deliver(m *message) {
	m.at = time.Now().Add(ackWait)
	before := b.receiptOf(m)
	b.begin("delivery of "+m.sub.Subscriber+" "+strconv.FormatInt(m.env.OrderID, 10), func(ctx context.Context, a *activity) {
		a.late = before.State == "done" // a parked one may be replayed meanwhile
		dispatch := func() bool { return b.dispatch.Dispatch(ctx, m.sub, b.handlers[m.sub.Subscriber], m.env) }
		ack := func() { b.acknowledge(m, before) }
		if b.bug.deliver != nil && b.bug.deliver(dispatch, ack) || b.bug.deliver == nil && dispatch() {
			ack()
		}
	})
}

// acknowledge removes the message from the bus, unless the acknowledgement is lost.
func (b *wire) acknowledge(m *message, before receiptState) {
	if b.life.dead {
		return
	}
	b.checkAck(m, before)
	if m.acked = !b.chance(b.plan.ackLost); !m.acked {
		b.note("bus: LOSES the ack of %s %d", m.sub.Subscriber, m.env.OrderID)
	}
}
