package nats

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
)

// state is what a check has found of the stream and its consumers.
type state struct {
	stream    *jetstream.StreamInfo // nil: not yet
	consumers map[string]*jetstream.ConsumerInfo
}

// consumersOf lists the consumers of the shop's subscribers by name, except those that have no leader now.
func consumersOf(ctx context.Context, stream jetstream.Stream) (map[string]*jetstream.ConsumerInfo, error) {
	found := map[string]*jetstream.ConsumerInfo{}
	list := stream.ListConsumers(ctx)
	for info := range list.Info() {
		if ours(info.Name) {
			found[info.Name] = info
		}
	}
	return found, list.Err()
}

// ours reports whether a consumer belongs to a subscriber of the shop.
func ours(consumer string) bool {
	return slices.ContainsFunc(event.Subscriptions, func(sub event.Subscription) bool { return token(sub.Subscriber) == consumer })
}

// unchanged reports whether a stream has the known consumers, judging by the stream's own state.
func (s state) unchanged(now *jetstream.StreamInfo) bool {
	return now.Created.Equal(s.stream.Created) && now.State.Consumers == s.stream.State.Consumers
}

// lost describes what the servers have lost since an earlier check: events, or acknowledgements. It is "" if they have
// lost nothing, or nothing was known before.
func (s state) lost(now state) string {
	switch {
	case s.stream == nil:
		return ""
	case !now.stream.Created.Equal(s.stream.Created):
		return "the stream " + streamName + " was missing and was created again"
	case now.stream.State.LastSeq < s.stream.State.LastSeq:
		return "the stream " + streamName + " has lost its newest events"
	}
	var again, reset []string
	for name, was := range s.consumers {
		is := now.consumers[name]
		switch {
		case !is.Created.Equal(was.Created):
			again = append(again, name)
		case is.Delivered.Consumer == 0 && was.Delivered.Consumer > 0:
			reset = append(reset, name)
		}
	}
	switch {
	case len(again) > 0:
		return listed(again) + " missing and created again"
	case len(reset) > 0:
		return listed(reset) + " there, but had forgotten what was acknowledged"
	}
	return ""
}

// listed names consumers of the stream, as the subject of a sentence.
func listed(names []string) string {
	slices.Sort(names)
	switch {
	case len(names) == 1:
		return "the consumer " + names[0] + " of the stream " + streamName + " was"
	case len(names) >= len(event.Subscriptions):
		return "all consumers of the stream " + streamName + " were"
	}
	return "the consumers " + strings.Join(names, ", ") + " of the stream " + streamName + " were"
}

// young reports whether the stream, or every consumer, is so new that events lost by its predecessor may still wait in
// the journal. A process asks at its start, since it did not see the predecessor. A single new consumer belongs to a new
// subscriber.
func (s state) young() bool {
	now := s.stream.TimeStamp // the server's time, like the others
	oldest := now
	for _, c := range s.consumers {
		if c.Created.Before(oldest) {
			oldest = c.Created
		}
	}
	return now.Sub(s.stream.Created) < bus.LongestLease || now.Sub(oldest) < bus.LongestLease
}

// life is when the newest consumer was made. A stream confirms and drops what is published before it has its consumers,
// and drops the same id as a duplicate later. So message ids begin with the life. All processes get the same value.
func (s state) life() int64 {
	var newest time.Time
	for _, c := range s.consumers {
		if c.Created.After(newest) {
			newest = c.Created
		}
	}
	return newest.UnixNano()
}
