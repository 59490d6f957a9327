package nats

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/telemetry"
)

// progressEvery is how often the bus is told that a message is in work, so that it delivers it to no one else: three
// times within bus.AckWait.
const progressEvery = bus.AckWait / 3

// subscriber handles the events of one subscription.
type subscriber struct {
	*Bus
	sub      event.Subscription
	dispatch func(context.Context, event.Envelope) bool
}

// Subscribe starts to deliver a subscription's events to the dispatcher. What is cancelled at the end is delivered again,
// elsewhere or later. The bus need not exist yet.
func (b *Bus) Subscribe(ctx context.Context, sub event.Subscription, d *bus.Dispatcher, h bus.Handler) (stop func(context.Context) error, err error) {
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	s := &subscriber{Bus: b, sub: sub, dispatch: func(ctx context.Context, env event.Envelope) bool { return d.Dispatch(ctx, sub, h, env) }}
	c := consume(base, &consumer{
		js: b.js, name: token(sub.Subscriber), able: d.CanStore, log: b.log, handle: func(msg jetstream.Msg) { s.deliver(base, msg) },
	})
	return func(ctx context.Context) error {
		defer cut()
		err := c.stop(ctx)
		if err != nil {
			cut()
			grace, done := context.WithTimeout(context.WithoutCancel(ctx), bus.CutGrace)
			defer done()
			err = errors.Join(err, c.stop(grace))
		}
		return err
	}, nil
}

// deliver passes a message to the dispatcher, and acknowledges it when its outcome is in the database.
func (s *subscriber) deliver(ctx context.Context, msg jetstream.Msg) {
	env, err := event.Parse(msg.Headers().Get, msg.Data())
	if err != nil {
		// It is not from the journal: no one could ever handle it, and nothing is lost with it.
		s.log.Error("message on the bus is not an event", "subscriber", s.sub.Subscriber, "error", err)
		err = msg.Term()
	} else if s.work(within(ctx, env, s.sub.Subscriber, msg), env, msg) {
		err = msg.Ack()
	} else {
		err = msg.NakWithDelay(bus.RedeliverAfter)
	}
	if err != nil {
		s.log.Warn("message not acknowledged; it will come again", "subscriber", s.sub.Subscriber, "event", env.ID, "error", err)
	}
}

// work dispatches an event, and tells the bus meanwhile that it is in work, for as long as the dispatcher allows.
func (s *subscriber) work(ctx context.Context, env event.Envelope, msg jetstream.Msg) bool {
	working, done := context.WithCancel(ctx)
	defer done()
	late := time.AfterFunc(progressEvery, func() {
		for working.Err() == nil {
			_ = msg.InProgress() // if this is lost, the message is delivered again, which does no harm
			pause(working, progressEvery)
		}
	})
	defer late.Stop()
	return s.dispatch(ctx, env)
}

// within returns the context of a delivery, with its trace.
func within(ctx context.Context, env event.Envelope, subscriber string, msg jetstream.Msg) context.Context {
	if !telemetry.On() {
		return ctx
	}
	try := telemetry.Try{Event: env.ID, Subscriber: subscriber, Sent: sent(msg.Headers().Get(nats.MsgIdHdr)), Delivered: 1}
	if m, err := msg.Metadata(); err == nil {
		try.Delivered = int(m.NumDelivered)
	}
	return bus.WithTry(ctx, try, msg.Headers().Get(traceHeader))
}
