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
	// checkEvery is how often the stream and the consumers are looked at.
	checkEvery = time.Second
	// listEvery is each how many looks the consumers are listed, which costs the servers more than the question for the
	// stream. That tells how many consumers there are: when one is missing, or after a look that failed, they are listed
	// at once.
	listEvery = 5
	// requestFor bounds each question of a look, and createFor whatever waits for a cluster: it takes a while to place a new stream,
	// and waits for the consumers that do not answer before it lists the others.
	requestFor, createFor = 2 * time.Second, 5 * time.Second
	// silentFor is for how long a server of a cluster may answer nothing useful before another one is asked. It may be cut
	// off from the others: the connection to it is well then, and nothing on it is ever answered.
	silentFor = 8 * time.Second
)

// maintainer looks after the stream and its consumers. Whatever is missing of them, for whatever reason, it makes again, so
// that no process has to be restarted after the servers have lost their state. Every process has one; what one of them
// has made, the others find.
type maintainer struct {
	*Bus
	settings Settings
	opened   bool      // whether all was there once, with these settings
	seen     state     // the last look at which all was there
	unlisted int       // looks until the consumers are listed again
	silent   time.Time // since when nothing useful is answered; zero: it is
}

// run looks until the connection is closed.
func (m *maintainer) run() {
	conn := m.js.Conn()
	ticker := time.NewTicker(checkEvery)
	defer ticker.Stop()
	closed := conn.StatusChanged(nats.CLOSED)
	for {
		m.check()
		select {
		case <-ticker.C:
		case <-closed:
			return
		}
	}
}

// check makes sure that all is there, and tells what it found.
func (m *maintainer) check() {
	now, err := m.ensure()
	if err != nil {
		m.unlisted = 0
		m.reportFailure(err)
		m.reconnectIfSilent(err)
		return
	}
	lost := m.seen.lost(now)
	first := !m.opened
	m.life.Store(now.life())
	m.seen, m.opened, m.silent = now, true, time.Time{}
	if lost != "" || first && now.young() {
		m.reportLoss(lost)
	}
	m.reportRecovery()
	m.reconnectIfUnconfirmed()
}

// ensure returns what there is, when nothing is missing any more.
func (m *maintainer) ensure() (state, error) {
	stream, made, err := m.stream()
	if made || err != nil {
		m.usable.Store(false)
	}
	if err != nil {
		return state{}, err
	}
	all, err := m.consumers(stream, made)
	if err != nil {
		return state{}, err
	}
	m.usable.Store(true)
	return state{stream.CachedInfo(), all}, nil
}

// stream finds the stream, or makes it.
func (m *maintainer) stream() (stream jetstream.Stream, made bool, err error) {
	if !m.js.Conn().IsConnected() {
		return nil, false, nats.ErrDisconnected // a question would wait for an answer that cannot come
	}
	stream, err = limited(requestFor, func(ctx context.Context) (jetstream.Stream, error) { return m.js.Stream(ctx, streamName) })
	if made = errors.Is(err, jetstream.ErrStreamNotFound); made || err == nil && !m.opened {
		stream, err = limited(createFor, func(ctx context.Context) (jetstream.Stream, error) {
			return m.js.CreateOrUpdateStream(ctx, streamConfig(m.settings))
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
func (m *maintainer) consumers(stream jetstream.Stream, made bool) (map[string]*jetstream.ConsumerInfo, error) {
	if made || !m.opened {
		found := map[string]*jetstream.ConsumerInfo{}
		return found, m.createConsumers(event.Subscriptions, found, made)
	}
	if m.unlisted > 0 && m.seen.unchanged(stream.CachedInfo()) {
		m.unlisted--
		return m.seen.consumers, nil
	}
	found, err := limited(createFor, func(ctx context.Context) (map[string]*jetstream.ConsumerInfo, error) { return consumersOf(ctx, stream) })
	if err != nil {
		return nil, fmt.Errorf("consumers: %w", err)
	}
	m.unlisted = listEvery - 1
	missing := slices.DeleteFunc(slices.Clone(event.Subscriptions), func(sub event.Subscription) bool { return found[token(sub.Subscriber)] != nil })
	return found, m.createConsumers(missing, found, false)
}

// createConsumers makes consumers and adds them to those that were found. All at once: on a cluster each takes a while. It does not
// ask for those of a stream that was just made.
func (m *maintainer) createConsumers(missing []event.Subscription, found map[string]*jetstream.ConsumerInfo, made bool) error {
	var mu sync.Mutex
	var all errgroup.Group
	for _, sub := range missing {
		all.Go(func() error {
			info, err := m.createConsumer(sub, made)
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

// createConsumer makes a consumer that was not listed. One that has no leader at the moment is not listed either: it is made only
// when it certainly is missing, or when it may have other settings.
func (m *maintainer) createConsumer(sub event.Subscription, missing bool) (*jetstream.ConsumerInfo, error) {
	var found jetstream.Consumer
	var err error
	if !missing {
		found, err = limited(requestFor, func(ctx context.Context) (jetstream.Consumer, error) {
			return m.js.Consumer(ctx, streamName, token(sub.Subscriber))
		})
		missing = errors.Is(err, jetstream.ErrConsumerNotFound) || err == nil && !m.opened
	}
	if missing {
		found, err = limited(createFor, func(ctx context.Context) (jetstream.Consumer, error) {
			return m.js.CreateOrUpdateConsumer(ctx, streamName, consumerConfig(sub, m.settings))
		})
	}
	if err != nil {
		return nil, err
	}
	return found.CachedInfo(), nil
}

// reconnectIfSilent connects to another server of a cluster when this one has answered nothing useful for a while.
func (m *maintainer) reconnectIfSilent(err error) {
	conn := m.js.Conn()
	switch {
	case m.settings.Replicas < 2 || !conn.IsConnected() || !transient(err):
		m.silent = time.Time{}
	case m.silent.IsZero():
		m.silent = time.Now()
	case time.Since(m.silent) > silentFor:
		m.silent = time.Time{}
		m.log.Warn("bus: the server does not answer; connecting to another one", "from", conn.ConnectedUrlRedacted())
		if err := conn.ForceReconnect(); err != nil {
			m.log.Warn("bus: connecting again", "error", err)
		}
	}
}

// reconnectIfUnconfirmed connects anew when the bus seems well, and yet has confirmed nothing that was published for a
// while.
func (m *maintainer) reconnectIfUnconfirmed() {
	since := m.unconfirmed.Load()
	if since == 0 || time.Since(time.Unix(0, since)) < silentFor {
		return
	}
	m.unconfirmed.Store(0)
	m.log.Warn("bus: the server confirms nothing that is published; connecting anew", "to", m.js.Conn().ConnectedUrlRedacted())
	if err := m.js.Conn().ForceReconnect(); err != nil {
		m.log.Warn("bus: connecting again", "error", err)
	}
}

// limited bounds one request.
func limited[T any](longest time.Duration, do func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	return do(ctx)
}
