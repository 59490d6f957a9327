package later

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// batch bounds the orders that one round looks at.
	batch = 500
	// timeout bounds asking about one order.
	timeout = 15 * time.Second
)

// Reminder asks a partner again about each order that it has not answered in time. Its zero value is ready; it is safe for
// concurrent use.
type Reminder struct {
	mu       sync.Mutex
	reminded map[int64]time.Time // of these orders, as long as they are late: when
}

// Waiting is an order that waits for a partner.
type Waiting interface{ Order() int64 }

// Remind asks about the orders that wait for longer than told (late returns them, the oldest first): about each once in as
// long a time, and after a restart once more. It tries them all, each for at most 15 s, and returns the errors; an order
// whose asking failed counts as asked.
func Remind[O Waiting](ctx context.Context, r *Reminder, now time.Time, after time.Duration,
	late func(ctx context.Context, before time.Time, limit int) ([]O, error), ask func(context.Context, O) error,
) error {
	orders, err := late(ctx, now.Add(-after), batch)
	if err != nil {
		return err
	}
	var failed []error
	for _, o := range due(r, now, after, orders) {
		if ctx.Err() != nil {
			break
		}
		if err := once(ctx, o, ask); err != nil {
			failed = append(failed, fmt.Errorf("order %d: %w", o.Order(), err))
		}
	}
	return errors.Join(failed...)
}

func once[O Waiting](ctx context.Context, o O, ask func(context.Context, O) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return ask(ctx, o)
}

// due returns those of the late orders that were not asked about lately, and counts them as asked; it forgets those that
// are late no more.
func due[O Waiting](r *Reminder, now time.Time, after time.Duration, late []O) (those []O) {
	r.mu.Lock()
	defer r.mu.Unlock()
	still := map[int64]time.Time{}
	for _, o := range late {
		at, reminded := r.reminded[o.Order()]
		if !reminded || now.Sub(at) >= after {
			those, at = append(those, o), now
		}
		still[o.Order()] = at
	}
	r.reminded = still
	return those
}
