package bus

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
)

// workers bounds how many events one subscriber handles at once.
const workers = 64

// Subscribe starts to deliver a subscription's events to the dispatcher. The returned function ends it: no new events
// are taken, those in work are finished until the context ends, and what is left comes again elsewhere or later.
func (b *Bus) Subscribe(ctx context.Context, sub event.Subscription, d *Dispatcher, h Handler) (stop func(context.Context) error, err error) {
	consumer, err := b.js.Consumer(ctx, streamName, token(sub.Subscriber))
	if err != nil {
		return nil, fmt.Errorf("bus: consumer of %s: %w", sub.Subscriber, err)
	}
	work := &pool{slots: make(chan struct{}, workers), closed: make(chan struct{})}
	consuming, err := consumer.Consume(func(msg jetstream.Msg) {
		work.do(func() { b.deliver(sub, d, h, msg) })
	}, jetstream.PullMaxMessages(2*workers), jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
		b.log.Warn("bus consumer", "subscriber", sub.Subscriber, "error", err)
	}))
	if err != nil {
		return nil, fmt.Errorf("bus: consume for %s: %w", sub.Subscriber, err)
	}
	return func(ctx context.Context) error {
		consuming.Stop()
		return work.close(ctx)
	}, nil
}

// deliver hands one message to the dispatcher, and acknowledges it when its outcome is in the database.
func (b *Bus) deliver(sub event.Subscription, d *Dispatcher, h Handler, msg jetstream.Msg) {
	env, err := event.Parse(msg.Headers().Get, msg.Data())
	if err != nil {
		// Not from our journal: no one could ever handle it, and nothing is lost with it.
		b.log.Error("message on the bus is not an event", "subscriber", sub.Subscriber, "error", err)
		err = msg.Term()
	} else if d.Dispatch(sub, h, env) {
		err = msg.Ack()
	}
	if err != nil {
		b.log.Warn("message not acknowledged; it will come again", "subscriber", sub.Subscriber, "event", env.ID, "error", err)
	}
}

// pool runs a bounded number of functions at once.
type pool struct {
	slots  chan struct{} // one is taken for each function that runs
	closed chan struct{}
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

// close takes no more functions, and returns when those that run have ended, or the context has.
func (p *pool) close(ctx context.Context) error {
	close(p.closed)
	for range cap(p.slots) { // who has all slots is alone
		select {
		case p.slots <- struct{}{}:
		case <-ctx.Done():
			return fmt.Errorf("bus: events still in work: %w", ctx.Err())
		}
	}
	return nil
}
