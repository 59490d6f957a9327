package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"acme.example/webshop/event"
)

const (
	// lookEvery is how often the stream and the consumers are looked at.
	lookEvery = time.Second
	// lookFor bounds the question for the stream, and makeFor each other request of a look: a cluster takes a while to
	// place a new stream.
	lookFor, makeFor = 2 * time.Second, 5 * time.Second
	// silentFor is for how long a server of a cluster may answer nothing useful before another one is asked. It may be cut
	// off from the others: the connection to it is well then, and nothing on it is ever answered.
	silentFor = 8 * time.Second
)

// keeper looks after the stream and its consumers. Whatever is missing of them, for whatever reason, it makes again, so
// that no process has to be restarted after the servers have lost their state. Every process has one; what one of them
// has made, the others find.
type keeper struct {
	*Bus
	settings Settings
	opened   bool      // whether all was there once, with these settings
	seen     sight     // the last look at which all was there
	silent   time.Time // since when nothing useful is answered; zero: it is
}

// run looks until the connection is closed.
func (k *keeper) run() {
	conn := k.js.Conn()
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	closed := conn.StatusChanged(nats.CLOSED)
	for {
		k.look()
		select {
		case <-ticker.C:
		case <-closed:
			return
		}
	}
}

// look makes sure that all is there, and tells what it found.
func (k *keeper) look() {
	now, err := k.whole()
	if err != nil {
		k.fails(err)
		k.leaveIfSilent(err)
		return
	}
	lost := k.seen.lost(now)
	first := !k.opened
	k.life.Store(k.seen.life(now, k.life.Load()))
	k.seen, k.opened, k.silent = now, true, time.Time{}
	if lost != "" || first && now.young() {
		k.loses(lost)
	}
	k.works()
}

// whole returns what there is, when nothing is missing any more.
func (k *keeper) whole() (sight, error) {
	stream, err := k.stream()
	k.streams.Store(err == nil)
	if err != nil {
		return sight{}, err
	}
	all, err := k.consumers(stream)
	if err != nil {
		return sight{}, err
	}
	return sight{stream.CachedInfo(), k.seen.joined(all)}, nil
}

// stream finds the stream, or makes it.
func (k *keeper) stream() (jetstream.Stream, error) {
	if !k.js.Conn().IsConnected() {
		return nil, nats.ErrDisconnected // a question would wait for an answer that cannot come
	}
	stream, err := limited(lookFor, func(ctx context.Context) (jetstream.Stream, error) { return k.js.Stream(ctx, streamName) })
	if missing := errors.Is(err, jetstream.ErrStreamNotFound); missing || err == nil && !k.opened {
		stream, err = limited(makeFor, func(ctx context.Context) (jetstream.Stream, error) {
			return k.js.CreateOrUpdateStream(ctx, streamConfig(k.settings))
		})
	}
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", streamName, err)
	}
	if cluster := stream.CachedInfo().Cluster; cluster != nil && cluster.Name != "" && cluster.Leader == "" {
		return nil, fmt.Errorf("stream %s: %w", streamName, errNoLeader)
	}
	return stream, nil
}

// consumers finds the consumers, and makes those that are missing.
func (k *keeper) consumers(stream jetstream.Stream) (map[string]*jetstream.ConsumerInfo, error) {
	found, err := limited(makeFor, func(ctx context.Context) (map[string]*jetstream.ConsumerInfo, error) { return consumersOf(ctx, stream) })
	if err != nil {
		return nil, fmt.Errorf("consumers: %w", err)
	}
	var missing []event.Subscription
	for _, sub := range event.Subscriptions {
		if !k.opened || found[token(sub.Subscriber)] == nil {
			missing = append(missing, sub)
		}
	}
	return found, k.makeAll(missing, found)
}

// makeAll makes consumers and adds them to those that were found. All at once: on a cluster each takes a while.
func (k *keeper) makeAll(missing []event.Subscription, found map[string]*jetstream.ConsumerInfo) error {
	var mu sync.Mutex
	var all errgroup.Group
	for _, sub := range missing {
		all.Go(func() error {
			info, err := k.consumer(sub)
			if err != nil {
				return fmt.Errorf("consumer of %s: %w", sub.Subscriber, err)
			}
			mu.Lock()
			defer mu.Unlock()
			found[info.Name] = info
			return nil
		})
	}
	return all.Wait()
}

// consumer makes a consumer that was not listed. One that has no leader at the moment is not listed either: it is made only
// when it certainly is not there, or when it may have other settings.
func (k *keeper) consumer(sub event.Subscription) (*jetstream.ConsumerInfo, error) {
	found, err := limited(makeFor, func(ctx context.Context) (jetstream.Consumer, error) {
		return k.js.Consumer(ctx, streamName, token(sub.Subscriber))
	})
	if errors.Is(err, jetstream.ErrConsumerNotFound) || err == nil && !k.opened {
		found, err = limited(makeFor, func(ctx context.Context) (jetstream.Consumer, error) {
			return k.js.CreateOrUpdateConsumer(ctx, streamName, consumerConfig(sub, k.settings))
		})
	}
	if err != nil {
		return nil, err
	}
	return found.CachedInfo(), nil
}

// leaveIfSilent connects to another server of a cluster when this one has answered nothing useful for a while.
func (k *keeper) leaveIfSilent(err error) {
	conn := k.js.Conn()
	switch {
	case k.settings.Replicas < 2 || !conn.IsConnected() || !passing(err):
		k.silent = time.Time{}
	case k.silent.IsZero():
		k.silent = time.Now()
	case time.Since(k.silent) > silentFor:
		k.silent = time.Time{}
		k.log.Warn("bus: the server does not answer; connecting to another one", "from", conn.ConnectedUrlRedacted())
		if err := conn.ForceReconnect(); err != nil {
			k.log.Warn("bus: connecting again", "error", err)
		}
	}
}

// limited bounds one request.
func limited[T any](longest time.Duration, do func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	return do(ctx)
}
