package ops

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"acme.example/webshop/platform/fault"
)

const (
	// maxNotices bounds the notices waiting in one channel; what does not fit is logged, and is at /alerts.
	maxNotices = 100
	// sendTimeout bounds one try to send a notice.
	sendTimeout = 5 * time.Second
	// overTries is the number of tries to report the end of an alert, over half a minute.
	overTries = 6
	// openFor is how long a notice of an open alert is tried. There is a new one each hour, so this matters only when
	// another copy has taken over.
	openFor = 2 * repeatEvery
	// longestWait bounds the wait between two tries, also when the receiver asks for more.
	longestWait = time.Minute
)

// Channel sends notices to one receiver, one after the other. A receiver that hangs or fails delays no other and no
// rule. A notice is retried while its alert is open, unless there is a later one of the same alert.
type Channel struct {
	name string // without addresses: some are secrets
	send func(context.Context, Notice) error
	log  *slog.Logger
	wake chan struct{} // there is a new notice

	mu      sync.Mutex
	waiting []*outgoing // oldest first
	failing bool        // the last try failed, which was logged
}

// outgoing is a notice being sent.
type outgoing struct {
	Notice
	tries int
	since time.Time
	next  time.Time // when it is to be tried
}

// NewChannel returns a channel; the caller must Run it. Failed notices are retried, unless the error is permanent
// (fault.Permanent).
func NewChannel(name string, send func(context.Context, Notice) error, log *slog.Logger) *Channel {
	return &Channel{name: name, send: send, log: log, wake: make(chan struct{}, 1)}
}

// Offer takes a notice. It does not block.
func (c *Channel) Offer(n Notice) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = slices.DeleteFunc(c.waiting, func(before *outgoing) bool { return before.Alert.ID == n.Alert.ID && before.tries > 0 })
	if len(c.waiting) >= maxNotices {
		c.log.Error("alert not sent: too many wait", "to", c.name, "news", n.Transition, "alert", n.Alert.ID)
		return
	}
	now := time.Now()
	c.waiting = append(c.waiting, &outgoing{Notice: n, since: now, next: now})
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Run sends until the context ends.
func (c *Channel) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n, wait := c.next(time.Now())
		if n != nil {
			c.note(ctx, n, c.try(ctx, n.Notice))
			continue
		}
		select {
		case <-time.After(wait):
		case <-c.wake:
		case <-ctx.Done():
		}
	}
}

// next returns the first notice that is due, or how long to wait for one.
func (c *Channel) next(now time.Time) (due *outgoing, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wait = longestWait
	for _, n := range c.waiting {
		if !n.next.After(now) {
			return n, 0
		}
		wait = min(wait, n.next.Sub(now))
	}
	return nil, wait
}

func (c *Channel) try(ctx context.Context, n Notice) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	return c.send(ctx, n)
}

// note records the outcome of a try.
func (c *Channel) note(ctx context.Context, n *outgoing, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n.tries++
	switch {
	case err == nil:
		if c.failing {
			c.log.Info("alerts are sent again", "to", c.name)
		}
		c.failing = false
		c.drop(n)
	case ctx.Err() != nil:
	case c.superseded(n):
		c.drop(n)
	case fault.Permanent(err), n.Transition == Over && n.tries == overTries, time.Since(n.since) > openFor:
		c.log.Error("alert not sent; it is at /alerts", "to", c.name, "news", n.Transition, "alert", n.Alert.ID, "tries", n.tries, "error", err)
		c.drop(n)
	default:
		if !c.failing {
			c.log.Warn("alert not sent; it is tried again while it is open", "to", c.name, "alert", n.Alert.ID, "error", err)
		}
		c.failing = true
		n.next = time.Now().Add(min(cmp.Or(retryAfter(err), time.Second<<min(n.tries-1, 10)), longestWait))
	}
}

// superseded reports whether there was a later notice of the same alert.
func (c *Channel) superseded(n *outgoing) bool {
	at := slices.Index(c.waiting, n)
	return at < 0 || slices.ContainsFunc(c.waiting[at+1:], func(later *outgoing) bool { return later.Alert.ID == n.Alert.ID })
}

func (c *Channel) drop(n *outgoing) {
	c.waiting = slices.DeleteFunc(c.waiting, func(other *outgoing) bool { return other == n })
}

// retryAfter returns the wait that the receiver asked for, or 0.
func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}
