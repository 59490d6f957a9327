package callbacks

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// batch bounds the orders that one round asks about.
	batch = 100
	// timeout bounds asking about one order.
	timeout = 15 * time.Second
)

// Waiting is an order that waits for a partner.
type Waiting interface{ Order() int64 }

// Reminder asks a partner again about each order that it has not answered in time.
type Reminder[O Waiting] struct {
	Poller string        // names the schedule
	After  time.Duration // an order is late that waits for longer; it is asked about once in as long a time
	Now    func() time.Time
	// Take returns late orders that are to be asked about now, those first that have waited longest for it, and puts each
	// off: by some minutes, and twice as long each time, up to again.
	Take func(ctx context.Context, before time.Time, again time.Duration, limit int) ([]O, error)
	Ask  func(context.Context, O) error
	// PutOff lets an order be asked about at a time, and keeps why.
	PutOff func(ctx context.Context, asker string, orderID int64, until time.Time, why string) error
}

// Remind asks about the late orders whose turn it is, each for at most 15 s. It tries them all and returns the errors. An
// order whose asking failed, or was cut off by the end of the process, comes again when Take says so.
func Remind[O Waiting](ctx context.Context, r Reminder[O]) error {
	orders, err := r.Take(ctx, r.Now().Add(-r.After), r.After, batch)
	if err != nil {
		return err
	}
	var failed []error
	for _, o := range orders {
		if ctx.Err() != nil {
			break
		}
		if err := r.once(ctx, o); err != nil {
			failed = append(failed, fmt.Errorf("order %d: %w", o.Order(), err))
		}
	}
	return errors.Join(failed...)
}

func (r Reminder[O]) once(ctx context.Context, o O) error {
	asking, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := r.Ask(asking, o); err != nil {
		return err
	}
	return r.PutOff(ctx, r.Poller, o.Order(), r.Now().Add(r.After), "")
}
