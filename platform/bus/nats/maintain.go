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
	// checkEvery is how often the stream and the consumers are checked.
	checkEvery = time.Second
	// listEvery is how many checks pass between two listings of the consumers, which cost the servers more than the query
	// for the stream. That has the number of consumers: if one is missing, or after a failed check, they are listed at
	// once.
	listEvery = 5
	// requestFor bounds each request of a check, and createFor the ones that wait for a cluster: placing a new stream
	// takes a while, and a listing waits for consumers that do not answer.
	requestFor, createFor = 2 * time.Second, 5 * time.Second
	// silentFor is how long a server of a cluster may give no useful answer before the client connects to another one. It
	// may be cut off from the others: its connection is fine then, but no request succeeds.
	silentFor = 8 * time.Second
)

// maintainer checks the stream and its consumers, and makes again whatever is missing, so that no process must be
// restarted after the servers have lost their state. Every process has one; what one makes, the others find.
type maintainer struct {
	*Bus
	settings Settings
	opened   bool      // whether all was found once, with these settings
	seen     state     // at the last check that found all
	unlisted int       // checks until the consumers are listed again
	silent   time.Time // when useful answers stopped; zero: they have not
}

// run checks until the connection is closed.
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

// check makes sure that everything exists, and reports the result.
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

// ensure returns the state when nothing is missing any more.
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
		return nil, false, nats.ErrDisconnected // a request would only wait
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

// consumers finds the consumers, and makes the missing ones.
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

// createConsumers makes consumers and adds them to found, all at once, since each takes a while on a cluster.
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

// createConsumer makes a consumer that was not listed. One without a leader is not listed either: it is made only if it
// is certainly missing, or may have other settings.
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

// reconnectIfSilent connects to another server of a cluster if this one has given no useful answer for a while.
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

// reconnectIfUnconfirmed makes a new connection if the bus seems fine, but has confirmed no message for a while.
func (m *maintainer) reconnectIfUnconfirmed() {
	since := m.unconfirmed.Load()
	if since == 0 || time.Since(time.Unix(0, since)) < silentFor {
		return
	}
	m.unconfirmed.Store(0)
	m.log.Warn("bus: the server confirms no messages; reconnecting", "to", m.js.Conn().ConnectedUrlRedacted())
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
