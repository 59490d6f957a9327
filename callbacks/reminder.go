package callbacks

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// batch bounds the orders of one round.
	batch = 100
	// timeout bounds the request about one order.
	timeout = 15 * time.Second
)

// Waiting is an order that waits for a partner.
type Waiting interface{ Order() int64 }

// Reminder asks a partner again about each order that it has not answered in time.
type Reminder[O Waiting] struct {
	Poller string        // names the schedule
	After  time.Duration // how long an order waits before it is late, and the longest interval of the polls
	Now    func() time.Time
	// Take returns late orders that are due to be polled, longest due first, and reschedules each: by some minutes,
	// doubled each time, up to again.
	Take func(ctx context.Context, before time.Time, again time.Duration, limit int) ([]O, error)
	Ask  func(context.Context, O) error
	// PutOff sets the time of an order's next poll, and stores why.
	PutOff func(ctx context.Context, asker string, orderID int64, until time.Time, why string) error
}

// Remind asks about the late orders that are due, each for at most 15 s. It tries all and returns the errors. An order
// whose request failed, or was cut off by the end of the process, is due again when Take says.
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
