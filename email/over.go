package email

import (
	"context"
	"time"
)

// Standing is how far an order is, as far as mails go by it.
type Standing struct {
	Cancelled    bool
	DeliveryTime time.Time // zero until one is booked
}

// Orders tells how far orders are.
type Orders interface {
	Standing(ctx context.Context, orderID int64) (Standing, error)
}

// over reports whether a mail is about a state of its order that is over by now: it waited for a mail server, or was replayed.
func (s *Service) over(ctx context.Context, orderID int64, past func(Standing) bool) (bool, error) {
	if s.Orders == nil {
		return false, nil
	}
	at, err := s.Orders.Standing(ctx, orderID)
	return err == nil && past(at), err
}

func cancelled(at Standing) bool { return at.Cancelled }
