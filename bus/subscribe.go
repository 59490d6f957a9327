package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go"

	"acme.example/webshop/crash"
	"acme.example/webshop/event"
)

const (
	// workers bounds how many events one subscriber of one process handles at once.
	workers = 64
	// stillEvery is how often the bus is told that a message is still in work, so that it gives it to no one else: three
	// times within ackWait.
	stillEvery = ackWait / 3
	// notStoredAgain is after how long an event comes again, here or at another copy, whose outcome could not be stored.
	notStoredAgain = time.Second
	// cutGrace is how long handlers that were cut off may take to notice.
	cutGrace = time.Second
)

// subscriber works on the events of one subscription.
type subscriber struct {
	*intake
	sub      event.Subscription
	dispatch func(context.Context, event.Envelope) bool
}

// Subscribe starts to deliver a subscription's events to the dispatcher. The returned function ends it: no new events
// are taken, those in work are finished until the context ends and then cut off, which is an error; what was cut off
// comes again elsewhere or later. The bus need not be there yet.
func (b *Bus) Subscribe(ctx context.Context, sub event.Subscription, d *Dispatcher, h Handler) (stop func(context.Context) error, err error) {
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	s := &subscriber{sub: sub, intake: newIntake(b.js.Conn(), token(sub.Subscriber), d.able, b.log)}
	s.dispatch = func(ctx context.Context, env event.Envelope) bool { return d.Dispatch(ctx, sub, h, env) }
	if err := s.open(func(msg *nats.Msg) { s.deliver(base, msg) }); err != nil {
		cut()
		return nil, fmt.Errorf("bus: consume for %s: %w", sub.Subscriber, err)
	}
	b.mu.Lock()
	b.intakes = append(b.intakes, s.intake)
	b.mu.Unlock()
	return func(ctx context.Context) error {
		defer cut()
		err := s.close(ctx)
		b.forget(s.intake)
		if err != nil {
			cut()
			grace, done := context.WithTimeout(context.WithoutCancel(ctx), cutGrace)
			defer done()
			err = errors.Join(err, s.close(grace))
		}
		return err
	}, nil
}

// forget takes an intake that is closed out of those that are woken.
func (b *Bus) forget(closed *intake) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.intakes = slices.DeleteFunc(b.intakes, func(in *intake) bool { return in == closed })
}

// wake lets the subscribers ask for events at once, which would ask some seconds later.
func (b *Bus) wake() {
	b.mu.Lock()
	intakes := slices.Clone(b.intakes)
	b.mu.Unlock()
	for _, in := range intakes {
		in.askAnew()
	}
}

// deliver hands one message to the dispatcher, and acknowledges it when its outcome is in the database.
func (s *subscriber) deliver(ctx context.Context, msg *nats.Msg) {
	env, err := event.Parse(msg.Header.Get, msg.Data)
	if err != nil {
		// Not from our journal: no one could ever handle it, and nothing is lost with it.
		s.log.Error("message on the bus is not an event", "subscriber", s.sub.Subscriber, "error", err)
		err = msg.Term()
	} else if s.work(within(ctx, env, s.sub.Subscriber, msg), env, msg) {
		crash.At("bus.before-ack")
		err = msg.Ack()
	} else {
		err = msg.NakWithDelay(notStoredAgain)
	}
	if err != nil {
		s.log.Warn("message not acknowledged; it will come again", "subscriber", s.sub.Subscriber, "event", env.ID, "error", err)
	}
}

// work dispatches an event, and meanwhile tells the bus that it is in work. The dispatcher bounds how long that is.
func (s *subscriber) work(ctx context.Context, env event.Envelope, msg *nats.Msg) bool {
	working, done := context.WithCancel(ctx)
	defer done()
	late := time.AfterFunc(stillEvery, func() {
		for working.Err() == nil {
			_ = msg.InProgress() // when it is not heard, the message comes again, which does no harm
			pause(working, stillEvery)
		}
	})
	defer late.Stop()
	return s.dispatch(ctx, env)
}

// pause waits, or until the context ends.
func pause(ctx context.Context, wait time.Duration) {
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}
