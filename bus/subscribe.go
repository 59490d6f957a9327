package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/crash"
	"acme.example/webshop/event"
)

// workers bounds how many events one subscriber handles at once.
const workers = 64

// cutGrace is how long handlers that were cut off may take to notice.
const cutGrace = time.Second

// Subscribe starts to deliver a subscription's events to the dispatcher. The returned function ends it: no new events
// are taken, those in work are finished until the context ends and then cut off, which is an error; what was cut off
// comes again elsewhere or later.
func (b *Bus) Subscribe(ctx context.Context, sub event.Subscription, d *Dispatcher, h Handler) (stop func(context.Context) error, err error) {
	consumer, err := b.js.Consumer(ctx, streamName, token(sub.Subscriber))
	if err != nil {
		return nil, fmt.Errorf("bus: consumer of %s: %w", sub.Subscriber, err)
	}
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	work := &pool{slots: make(chan struct{}, workers), closed: make(chan struct{})}
	consuming, err := consumer.Consume(func(msg jetstream.Msg) {
		work.do(func() { b.deliver(base, sub, d, h, msg) })
	}, jetstream.PullMaxMessages(2*workers), jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
		b.log.Warn("bus consumer", "subscriber", sub.Subscriber, "error", err)
	}))
	if err != nil {
		cut()
		return nil, fmt.Errorf("bus: consume for %s: %w", sub.Subscriber, err)
	}
	return func(ctx context.Context) error {
		defer cut()
		consuming.Stop()
		close(work.closed)
		err := work.drain(ctx)
		if err != nil {
			cut()
			grace, done := context.WithTimeout(context.WithoutCancel(ctx), cutGrace)
			defer done()
			err = errors.Join(err, work.drain(grace))
		}
		return err
	}, nil
}

// deliver hands one message to the dispatcher, and acknowledges it when its outcome is in the database.
func (b *Bus) deliver(ctx context.Context, sub event.Subscription, d *Dispatcher, h Handler, msg jetstream.Msg) {
	env, err := event.Parse(msg.Headers().Get, msg.Data())
	if err != nil {
		// Not from our journal: no one could ever handle it, and nothing is lost with it.
		b.log.Error("message on the bus is not an event", "subscriber", sub.Subscriber, "error", err)
		err = msg.Term()
	} else if d.Dispatch(ctx, sub, h, env) {
		crash.At("bus.before-ack")
		err = msg.Ack()
	}
	if err != nil {
		b.log.Warn("message not acknowledged; it will come again", "subscriber", sub.Subscriber, "event", env.ID, "error", err)
	}
}

// pool runs a bounded number of functions at once.
type pool struct {
	slots  chan struct{} // one is taken for each function that runs
	closed chan struct{} // when it is closed, no more functions are run
	held   int           // slots that drain has
}

// do runs a function as soon as there is room, and returns when it has started. A closed pool runs nothing.
func (p *pool) do(run func()) {
	select {
	case <-p.closed:
		return
	case p.slots <- struct{}{}:
	}
	go func() {
		defer func() { <-p.slots }()
		run()
	}()
}

// drain returns when the functions of a closed pool have ended, or the context has: who has all slots is alone.
func (p *pool) drain(ctx context.Context) error {
	for p.held < cap(p.slots) {
		select {
		case p.slots <- struct{}{}:
			p.held++
		case <-ctx.Done():
			return fmt.Errorf("bus: events still in work: %w", ctx.Err())
		}
	}
	return nil
}
