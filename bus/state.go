package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
)

// longestWork is how long an event may be in work: a handler (Dispatcher.Timeout) and its bookkeeping.
const longestWork = 30 * time.Second

// StuckAfter is for how long a subscriber may finish nothing of what it holds. It is longer than a message waits to come
// again whose process has gone, and then is in work, so that neither a slow partner nor a takeover is taken for it.
const StuckAfter = ackWait + longestWork

// Consumer is how a subscriber takes its events from the bus.
type Consumer struct {
	Subscriber string
	Exists     bool
	Pulls      bool // whether anyone asks for events, or holds some
	Waiting    int  // events that wait for it on the bus
	Held       int  // events that it was given and has not acknowledged
	Finished   uint64
}

// Consumers returns how each subscriber stands with the bus.
func (b *Bus) Consumers(ctx context.Context) ([]Consumer, error) {
	stream, err := b.js.Stream(ctx, streamName)
	if err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	found, err := consumersOf(ctx, stream)
	if err != nil {
		return nil, fmt.Errorf("bus: consumers: %w", err)
	}
	var all []Consumer
	for _, sub := range event.Subscriptions {
		all = append(all, consumer(sub.Subscriber, found[token(sub.Subscriber)]))
	}
	return all, nil
}

func consumer(subscriber string, info *jetstream.ConsumerInfo) Consumer {
	if info == nil {
		return Consumer{Subscriber: subscriber}
	}
	return Consumer{
		Subscriber: subscriber, Exists: true, Pulls: info.NumWaiting > 0 || info.NumAckPending > 0,
		Waiting: int(info.NumPending), Held: info.NumAckPending, Finished: info.AckFloor.Consumer,
	}
}

// Fill returns how many bytes of events the bus holds, and how many it may.
func (b *Bus) Fill(ctx context.Context) (held, most uint64, err error) {
	stream, err := b.js.Stream(ctx, streamName)
	if err != nil {
		return 0, 0, fmt.Errorf("bus: %w", err)
	}
	info := stream.CachedInfo()
	return info.State.Bytes, uint64(max(info.Config.MaxBytes, 0)), nil
}
