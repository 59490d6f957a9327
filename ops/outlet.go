package ops

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"acme.example/webshop/fault"
)

const (
	// maxNotices bounds the notices that wait for one outlet; what does not fit is logged, and can be seen at /alerts.
	maxNotices = 100
	// sendTimeout bounds one try to send a notice.
	sendTimeout = 5 * time.Second
	// sendTries is how often a notice is tried; the waits between the tries, 1, 2, 4, … seconds, are half a minute.
	sendTries = 6
	// maxRetryAfter bounds the wait that a receiver may ask for.
	maxRetryAfter = time.Minute
)

// Outlet hands notices to one receiver, one after the other, beside everything else. A receiver that hangs or fails
// holds up no other and no rule.
type Outlet struct {
	name  string // without addresses: some are secrets
	send  func(context.Context, Notice) error
	log   *slog.Logger
	queue chan Notice
}

// NewOutlet makes an outlet that is to be run. A notice whose sending fails is tried again, unless the error is
// permanent (fault.Permanent).
func NewOutlet(name string, send func(context.Context, Notice) error, log *slog.Logger) *Outlet {
	return &Outlet{name, send, log, make(chan Notice, maxNotices)}
}

// Offer takes a notice. It does not block.
func (o *Outlet) Offer(n Notice) {
	select {
	case o.queue <- n:
	default:
		o.log.Error("alert not sent: too many wait", "to", o.name, "news", n.News, "alert", n.Alert.ID)
	}
}

// Run sends until the context ends.
func (o *Outlet) Run(ctx context.Context) {
	for {
		select {
		case n := <-o.queue:
			o.deliver(ctx, n)
		case <-ctx.Done():
			return
		}
	}
}

// deliver sends one notice, and tries again for a while.
func (o *Outlet) deliver(ctx context.Context, n Notice) {
	for try := 1; ; try++ {
		err := o.try(ctx, n)
		if err == nil || ctx.Err() != nil {
			return
		}
		if fault.Permanent(err) || try == sendTries {
			o.log.Error("alert not sent; it is at /alerts", "to", o.name, "news", n.News, "alert", n.Alert.ID, "tries", try, "error", err)
			return
		}
		select {
		case <-time.After(cmp.Or(min(retryAfter(err), maxRetryAfter), time.Second<<(try-1))):
		case <-ctx.Done():
			return
		}
	}
}

func (o *Outlet) try(ctx context.Context, n Notice) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	return o.send(ctx, n)
}

// retryAfter is when the receiver wants to be tried again; 0: it did not say.
func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}
