package nats

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	// listEvery is each how many looks the consumers are listed, which costs the servers more than the question for the
	// stream. That tells how many consumers there are: when one is missing, or after a look that failed, they are listed
	// at once.
	listEvery = 5
	// lookFor bounds each question of a look, and makeFor whatever waits for a cluster: it takes a while to place a new stream,
	// and waits for the consumers that do not answer before it lists the others.
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
	seen     state     // the last look at which all was there
	unlisted int       // looks until the consumers are listed again
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
		k.unlisted = 0
		k.fails(err)
		k.leaveIfSilent(err)
		return
	}
	lost := k.seen.lost(now)
	first := !k.opened
	k.life.Store(now.life())
	k.seen, k.opened, k.silent = now, true, time.Time{}
	if lost != "" || first && now.young() {
		k.loses(lost)
	}
	k.works()
	k.reconnectIfUnconfirmed()
}

// whole returns what there is, when nothing is missing any more.
func (k *keeper) whole() (state, error) {
	stream, made, err := k.stream()
	if made || err != nil {
		k.usable.Store(false)
	}
	if err != nil {
		return state{}, err
	}
	all, err := k.consumers(stream, made)
	if err != nil {
		return state{}, err
	}
	k.usable.Store(true)
	return state{stream.CachedInfo(), all}, nil
}

// stream finds the stream, or makes it.
func (k *keeper) stream() (stream jetstream.Stream, made bool, err error) {
	if !k.js.Conn().IsConnected() {
		return nil, false, nats.ErrDisconnected // a question would wait for an answer that cannot come
	}
	stream, err = limited(lookFor, func(ctx context.Context) (jetstream.Stream, error) { return k.js.Stream(ctx, streamName) })
	if made = errors.Is(err, jetstream.ErrStreamNotFound); made || err == nil && !k.opened {
		stream, err = limited(makeFor, func(ctx context.Context) (jetstream.Stream, error) {
			return k.js.CreateOrUpdateStream(ctx, streamConfig(k.settings))
		})
	}
	if err != nil {
		return nil, made, fmt.Errorf("stream %s: %w", streamName, err)
	}
	if cluster := stream.CachedInfo().Cluster; cluster != nil && cluster.Name != "" && cluster.Leader == "" {
		return nil, made, fmt.Errorf("stream %s: %w", streamName, errNoLeader)
	}
	return stream, made, nil
}

// consumers finds the consumers, and makes those that are missing.
func (k *keeper) consumers(stream jetstream.Stream, made bool) (map[string]*jetstream.ConsumerInfo, error) {
	if made || !k.opened {
		found := map[string]*jetstream.ConsumerInfo{}
		return found, k.makeAll(event.Subscriptions, found, made)
	}
	if k.unlisted > 0 && k.seen.unchanged(stream.CachedInfo()) {
		k.unlisted--
		return k.seen.consumers, nil
	}
	found, err := limited(makeFor, func(ctx context.Context) (map[string]*jetstream.ConsumerInfo, error) { return consumersOf(ctx, stream) })
	if err != nil {
		return nil, fmt.Errorf("consumers: %w", err)
	}
	k.unlisted = listEvery - 1
	missing := slices.DeleteFunc(slices.Clone(event.Subscriptions), func(sub event.Subscription) bool { return found[token(sub.Subscriber)] != nil })
	return found, k.makeAll(missing, found, false)
}

// makeAll makes consumers and adds them to those that were found. All at once: on a cluster each takes a while. It does not
// ask for those of a stream that was just made.
func (k *keeper) makeAll(missing []event.Subscription, found map[string]*jetstream.ConsumerInfo, made bool) error {
	var mu sync.Mutex
	var all errgroup.Group
	for _, sub := range missing {
		all.Go(func() error {
			info, err := k.consumer(sub, made)
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
// when it certainly is missing, or when it may have other settings.
func (k *keeper) consumer(sub event.Subscription, missing bool) (*jetstream.ConsumerInfo, error) {
	var found jetstream.Consumer
	var err error
	if !missing {
		found, err = limited(lookFor, func(ctx context.Context) (jetstream.Consumer, error) {
			return k.js.Consumer(ctx, streamName, token(sub.Subscriber))
		})
		missing = errors.Is(err, jetstream.ErrConsumerNotFound) || err == nil && !k.opened
	}
	if missing {
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
	case k.settings.Replicas < 2 || !conn.IsConnected() || !transient(err):
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

// reconnectIfUnconfirmed connects anew when the bus seems well, and yet has confirmed nothing that was published for a
// while.
func (k *keeper) reconnectIfUnconfirmed() {
	since := k.unconfirmed.Load()
	if since == 0 || time.Since(time.Unix(0, since)) < silentFor {
		return
	}
	k.unconfirmed.Store(0)
	k.log.Warn("bus: the server confirms nothing that is published; connecting anew", "to", k.js.Conn().ConnectedUrlRedacted())
	if err := k.js.Conn().ForceReconnect(); err != nil {
		k.log.Warn("bus: connecting again", "error", err)
	}
}

// limited bounds one request.
func limited[T any](longest time.Duration, do func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	return do(ctx)
}
