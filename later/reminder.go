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

// Reminder asks a partner once more about each order that it has not answered in time. Its zero value is ready; it is
// safe for concurrent use.
type Reminder struct {
	mu       sync.Mutex
	reminded map[int64]bool // of these orders, as long as they are late
}

// Late returns orders that wait since before a time, oldest first.
type Late[O any] func(ctx context.Context, before time.Time, limit int) ([]O, error)

// Remind asks about the late orders of which it has not asked yet: once for each, and after a restart once more. It
// tries them all, each for at most 15 s, and returns the errors; an order whose asking failed counts as asked.
func Remind[O any](ctx context.Context, r *Reminder, before time.Time, late Late[O], id func(O) int64, ask func(context.Context, O) error) error {
	orders, err := late(ctx, before, batch)
	if err != nil {
		return err
	}
	var failed []error
	for _, o := range unreminded(r, orders, id) {
		if ctx.Err() != nil {
			break
		}
		if err := remind(ctx, r, id(o), func(ctx context.Context) error { return ask(ctx, o) }); err != nil {
			failed = append(failed, fmt.Errorf("order %d: %w", id(o), err))
		}
	}
	return errors.Join(failed...)
}

func remind(ctx context.Context, r *Reminder, id int64, ask func(context.Context) error) error {
	r.mu.Lock()
	r.reminded[id] = true
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return ask(ctx)
}

// unreminded returns those of the late orders that were not asked about again yet, and forgets those that are late no more.
func unreminded[O any](r *Reminder, late []O, id func(O) int64) (those []O) {
	r.mu.Lock()
	defer r.mu.Unlock()
	still := map[int64]bool{}
	for _, o := range late {
		if r.reminded[id(o)] {
			still[id(o)] = true
		} else {
			those = append(those, o)
		}
	}
	r.reminded = still
	return those
}
