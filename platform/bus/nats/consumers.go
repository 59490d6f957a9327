package nats

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
)

// Consumers returns the state of each subscriber on the bus.
func (b *Bus) Consumers(ctx context.Context) ([]bus.Consumer, error) {
	stream, err := b.js.Stream(ctx, streamName)
	if err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	found, err := consumersOf(ctx, stream)
	if err != nil {
		return nil, fmt.Errorf("bus: consumers: %w", err)
	}
	var all []bus.Consumer
	for _, sub := range event.Subscriptions {
		all = append(all, described(sub.Subscriber, found[token(sub.Subscriber)]))
	}
	return all, nil
}

func described(subscriber string, info *jetstream.ConsumerInfo) bus.Consumer {
	if info == nil {
		return bus.Consumer{Subscriber: subscriber}
	}
	return bus.Consumer{
		Subscriber: subscriber, Exists: true, Pulls: info.NumWaiting > 0 || info.NumAckPending > 0,
		Waiting: int(info.NumPending), Held: info.NumAckPending, Finished: info.AckFloor.Consumer,
	}
}

// Fill returns how many bytes of events the bus holds, and how many it can.
func (b *Bus) Fill(ctx context.Context) (held, most uint64, err error) {
	stream, err := b.js.Stream(ctx, streamName)
	if err != nil {
		return 0, 0, fmt.Errorf("bus: %w", err)
	}
	info := stream.CachedInfo()
	return info.State.Bytes, uint64(max(info.Config.MaxBytes, 0)), nil
}
