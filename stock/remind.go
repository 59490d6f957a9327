package stock

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// remindBatch bounds the orders that one round of Remind looks at.
	remindBatch = 500
	// reminderTimeout bounds asking for one order.
	reminderTimeout = 15 * time.Second
)

// Remind asks the stockist once more about each order whose plants have not come within RemindAfter, under the key that
// it was asked under: nothing is produced twice, also when several copies ask. Each copy asks once for each order, and
// after a restart once more. It tries them all, and returns the errors; an order whose asking failed counts as asked.
func (s *Service) Remind(ctx context.Context) error {
	after := s.RemindAfter()
	if after == 0 {
		return nil
	}
	late, err := s.Store.Unanswered(ctx, s.Now().Add(-after), remindBatch)
	if err != nil {
		return err
	}
	var failed []error
	for _, o := range s.unreminded(late) {
		if ctx.Err() != nil {
			break
		}
		if err := s.remind(ctx, o); err != nil {
			failed = append(failed, fmt.Errorf("order %d: %w", o.ID, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Service) remind(ctx context.Context, o Order) error {
	s.mu.Lock()
	s.reminded[o.ID] = true
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, reminderTimeout)
	defer cancel()
	_, err := s.RefillOrder(ctx, o)
	return err
}

// unreminded returns those of the late orders that were not asked for again yet, and forgets those that are late no more.
func (s *Service) unreminded(late []Order) (those []Order) {
	s.mu.Lock()
	defer s.mu.Unlock()
	still := map[int64]bool{}
	for _, o := range late {
		if s.reminded[o.ID] {
			still[o.ID] = true
		} else {
			those = append(those, o)
		}
	}
	s.reminded = still
	return those
}
