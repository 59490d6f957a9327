package stock

import (
	"context"

	"acme.example/webshop/callbacks"
)

// Remind asks the stockist again about each order whose plants have not come within RemindAfter, with the same key:
// nothing is produced twice, even if several copies ask (callbacks.Remind).
func (s *Service) Remind(ctx context.Context) error {
	after := s.RemindAfter()
	if after == 0 {
		return nil
	}
	return callbacks.Remind(ctx, callbacks.Reminder[Order]{
		Poller: Poller, After: after, Now: s.Now, Take: s.Store.TakeUnanswered, PutOff: s.Store.PutOff,
		Ask: func(ctx context.Context, o Order) error {
			_, err := s.RefillOrder(ctx, o)
			return err
		},
	})
}

// Order returns the order's number.
func (o Order) Order() int64 { return o.ID }
