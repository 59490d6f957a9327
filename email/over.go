package email

import (
	"context"
	"time"
)

// Standing is the state of an order as far as mails depend on it.
type Standing struct {
	Cancelled    bool
	DeliveryTime time.Time // zero until one is booked
}

// Orders returns the state of orders.
type Orders interface {
	Standing(ctx context.Context, orderID int64) (Standing, error)
}

// over reports whether a mail is about a past state of its order, since it waited for a mail server, or was replayed.
func (s *Service) over(ctx context.Context, orderID int64, past func(Standing) bool) (bool, error) {
	if s.Orders == nil {
		return false, nil
	}
	at, err := s.Orders.Standing(ctx, orderID)
	return err == nil && past(at), err
}

func cancelled(at Standing) bool { return at.Cancelled }
