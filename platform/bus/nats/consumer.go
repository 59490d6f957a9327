package nats

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/platform/bus"
)

const (
	// pullFor is how long a request for messages stays open, and pullBeat how often the bus sends a heartbeat meanwhile;
	// after two missed ones the request is repeated. While a request is open, the bus may assign it messages although the
	// network is cut, which another copy gets only after bus.AckWait. So requests are short.
	pullFor  = 5 * time.Second
	pullBeat = time.Second
	// pullMargin is how much longer than pullFor a request is waited for: the library tells the bus a tenth less.
	pullMargin = pullFor / 9
	// pullAgain is the wait after a request that failed: the consumer may be moving to another server.
	pullAgain = 250 * time.Millisecond
	// fewest is the room for messages at which the bus is asked for more, and gather the wait for that: at full load,
	// each message would otherwise cost a request of its own.
	fewest = bus.Workers / 8
	gather = 20 * time.Millisecond
)

// consumer takes messages of one durable consumer, only as many as can be begun at once: the others stay on the bus, where
// any copy of the subscriber can take them. So it fetches batches: the library's Consume and Messages buffer messages, whose
// time runs out while slow ones are before them.
type consumer struct {
	js     jetstream.JetStream
	name   string
	able   func() bool // whether messages can be handled now
	handle func(jetstream.Msg)
	log    *slog.Logger

	open    context.Context // ends when no more messages are taken
	close   context.CancelFunc
	free    chan struct{} // a token for each message that can be begun
	work    sync.WaitGroup
	ended   chan struct{} // closed when nothing is in work any more
	failing bool          // whether the failure was logged, and no request has succeeded since
}

// consume starts to take messages.
func consume(ctx context.Context, c *consumer) *consumer {
	c.open, c.close = context.WithCancel(ctx)
	c.free, c.ended = make(chan struct{}, bus.Workers), make(chan struct{})
	for range bus.Workers {
		c.free <- struct{}{}
	}
	go c.run()
	return c
}

// run fetches until the consumer is closed.
func (c *consumer) run() {
	defer close(c.ended)
	defer c.work.Wait()
	var from jetstream.Consumer
	for c.open.Err() == nil {
		err := c.find(&from)
		if err == nil && c.able() {
			err = c.fetch(from)
		} else {
			pause(c.open, pullAgain)
		}
		if c.failed(err) {
			pause(c.open, pullAgain)
		}
	}
}

// find looks up the consumer once.
func (c *consumer) find(from *jetstream.Consumer) (err error) {
	if *from == nil {
		*from, err = limited(requestFor, func(ctx context.Context) (jetstream.Consumer, error) { return c.js.Consumer(ctx, streamName, c.name) })
	}
	return err
}

// fetch requests as many messages as there is room for, and starts to handle them.
func (c *consumer) fetch(from jetstream.Consumer) error {
	room := c.room()
	defer func() { c.release(room) }()
	ctx, cancel := context.WithTimeout(c.open, pullFor+pullMargin)
	defer cancel()
	if room == 0 || !c.js.Conn().IsConnected() {
		pause(ctx, pullAgain)
		return nil
	}
	batch, err := from.Fetch(room, jetstream.FetchContext(ctx), jetstream.FetchHeartbeat(pullBeat))
	if err != nil {
		return err
	}
	for msg := range batch.Messages() {
		if c.open.Err() != nil || !c.able() {
			_ = msg.Nak() // for another copy, at once; if this is lost, after bus.AckWait
			continue
		}
		room--
		c.failing = false
		c.work.Go(func() {
			defer c.release(1)
			c.handle(msg)
		})
	}
	return batch.Error()
}

// room waits until messages can be begun, and returns how many.
func (c *consumer) room() (n int) {
	var late <-chan time.Time
	for n < bus.Workers {
		select {
		case <-c.free:
			n++
			continue
		default:
		}
		if n >= fewest {
			return n
		}
		if n > 0 && late == nil {
			late = time.After(gather)
		}
		select {
		case <-c.free:
			n++
		case <-late:
			return n
		case <-c.open.Done():
			return n
		}
	}
	return n
}

func (c *consumer) release(n int) {
	for range n {
		c.free <- struct{}{}
	}
}

// failed reports whether a request failed. It logs a series of failures once.
func (c *consumer) failed(err error) bool {
	if err == nil || c.open.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if !c.failing {
		c.log.Warn("bus: asking for events failed; asking again", "consumer", c.name, "error", err)
	}
	c.failing = true
	return true
}

// stop stops taking messages, and returns when none is in work any more, or the context has ended.
func (c *consumer) stop(ctx context.Context) error {
	c.close()
	select {
	case <-c.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("bus: events still in work: %w", ctx.Err())
	}
}

// pause waits for a duration, or until the context ends.
func pause(ctx context.Context, wait time.Duration) {
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}
