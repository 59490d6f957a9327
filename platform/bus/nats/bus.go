// Package nats is a bus between processes, on NATS JetStream.
//
// It guarantees: a published event reaches each of its subscribers at least once, as long as the bus keeps its state;
// what the bus loses is delivered later, because the journal has it and publishes it again. A missing stream or consumer
// is made again within seconds, and Lost tells the process that has the journal. A message is acknowledged only after its
// effect is committed. Retries belong to the database, not to the bus.
package nats

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
)

const (
	streamName   = "WEBSHOP"
	retrySubject = "webshop.retry." // + subscriber; event.Subject reaches all subscribers of a type
	// maxAckPending bounds the messages in work of one subscriber, over all its copies.
	maxAckPending = 1024
	// maxPublishPending bounds the messages that wait for the bus's confirmation.
	maxPublishPending = 4096
	publishTimeout    = 5 * time.Second
	// publishTries and publishAgain are for a stream without a leader: a cluster takes up to nine seconds to elect one.
	// It is the same message, which the stream accepts once.
	publishTries, publishAgain = 40, 250 * time.Millisecond
)

// traceHeader carries the span of the publishing. The event's own ce-traceparent, which says what caused the event, stays
// the same.
const traceHeader = "traceparent"

// inProcess is JetStream's error for a message with the id of one that is being stored.
const inProcess jetstream.ErrorCode = 10158

// Bus is a connection to the shop's stream. It is safe for concurrent use.
type Bus struct {
	js      jetstream.JetStream
	log     *slog.Logger
	address string // of the servers, for operators
	health  health
	usable  atomic.Bool  // whether the last check found the stream, and it has had its consumers
	life    atomic.Int64 // of the consumers (state.life); 0: not known yet
	// unconfirmed is when the bus stopped confirming messages, in nanoseconds since 1970; 0: it confirms.
	unconfirmed atomic.Int64
}

// Open starts to make the stream and a durable consumer for every subscription, or to update them in place, so that a
// subscriber that starts later misses no event. Until the connection is closed, it also makes again whatever is missing.
// Many processes may call it at once. It does not wait for the servers: see Await.
func Open(conn *nats.Conn, settings Settings, log *slog.Logger) (*Bus, error) {
	b := &Bus{log: log, health: newHealth(), address: withoutUsers(conn.Servers())}
	js, err := jetstream.New(conn,
		jetstream.WithPublishAsyncMaxPending(maxPublishPending),
		jetstream.WithPublishAsyncTimeout(publishTimeout),
		jetstream.WithPublishAsyncAckHandler(func(jetstream.JetStream, *nats.Msg, *jetstream.PubAck) { b.unconfirmed.Store(0) }),
		jetstream.WithPublishAsyncErrHandler(b.notPublished))
	if err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	b.js = js
	go (&maintainer{Bus: b, settings: settings}).run()
	return b, nil
}

// token returns a subscriber's name as one token of a subject, where dots separate.
func token(subscriber string) string { return strings.ReplaceAll(subscriber, ".", "_") }

// Publish sends an event to the bus without waiting for its confirmation: to all subscribers of its type, or to the named
// one as its send-th delivery. A failure is logged, unless the bus is known to be down; the journal publishes the event
// again. Journalled events were valid when they were written (event.Wrap); if one is not any more, its subscribers park
// it.
func (b *Bus) Publish(env event.Envelope, subscriber string, send int) {
	if !b.js.Conn().IsConnected() && !b.usable.Load() {
		return // it would be buffered, and sent beside what the journal publishes again
	}
	subject, id := event.Subject(env.Type), b.messageID(env)
	if subscriber != "" {
		subject = retrySubject + token(subscriber)
		id += "/" + subscriber + "/" + strconv.Itoa(send)
	}
	msg := &nats.Msg{Subject: subject, Data: env.Data, Header: nats.Header{}}
	for name, value := range env.Headers() {
		msg.Header[name] = []string{value}
	}
	span, traceParent := bus.Publishing(env, subscriber, send)
	defer span.End(nil)
	if traceParent != "" {
		msg.Header.Set(traceHeader, traceParent)
	}
	if _, err := b.js.PublishMsgAsync(msg, jetstream.WithMsgID(id), jetstream.WithRetryAttempts(publishTries), jetstream.WithRetryWait(publishAgain)); err != nil {
		b.notPublished(b.js, msg, err)
	}
}

// messageID returns the id by which the stream drops duplicates.
func (b *Bus) messageID(env event.Envelope) string {
	return strconv.FormatInt(b.life.Load(), 36) + ":" + env.ID
}

// sent returns, from a message's id, how often its event was published again (Publish).
func sent(id string) int {
	n, err := strconv.Atoi(id[strings.LastIndexByte(id, '/')+1:])
	if err != nil {
		return 0
	}
	return n
}

// Able reports whether events can be published: a server is connected, and the last check found the stream with its
// consumers.
func (b *Bus) Able() bool { return b.js.Conn().IsConnected() && b.usable.Load() }

// notPublished is called for each message that the bus did not confirm.
func (b *Bus) notPublished(_ jetstream.JetStream, msg *nats.Msg, err error) {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok && api.ErrorCode == inProcess {
		return // it was published before, and is being stored
	}
	if errors.Is(err, jetstream.ErrAsyncPublishTimeout) {
		b.unconfirmed.CompareAndSwap(0, time.Now().UnixNano())
	}
	b.log.Warn("event not published; it will be published again", "event", msg.Header.Get("ce-id"),
		"type", msg.Header.Get("ce-type"), "error", err)
}

// Flush waits until the bus has confirmed or refused all messages, or the context ends.
func (b *Bus) Flush(ctx context.Context) error {
	select {
	case <-b.js.PublishAsyncComplete():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("bus: flush: %w", ctx.Err())
	}
}

// Wipe loses every event on the bus. It is for fault injection: a normal build never calls it.
func (b *Bus) Wipe(ctx context.Context) error {
	stream, err := b.js.Stream(ctx, streamName)
	if err == nil {
		err = stream.Purge(ctx)
	}
	if err != nil {
		return fmt.Errorf("bus: wipe: %w", err)
	}
	return nil
}

var errNoLeader = errors.New("it has no leader")
