package email

import (
	"context"
	"strconv"
	"time"
)

// Standing is the state of an order as far as mails depend on it.
type Standing struct {
	Cancelled    bool
	Delivered    bool
	DeliveryTime time.Time // zero until one is booked
}

// movedFrom reports whether the order has another time by now than one in an event.
func (s Standing) movedFrom(deliveryTime string) bool {
	return !s.DeliveryTime.IsZero() && strconv.FormatInt(s.DeliveryTime.UnixMilli(), 10) != deliveryTime
}

// Orders returns the state of orders.
type Orders interface {
	Standing(ctx context.Context, orderID int64) (Standing, error)
	// AwaitsPayment reports whether an order waits until its customer pays by the attempt of a number.
	AwaitsPayment(ctx context.Context, orderID int64, payment int) (bool, error)
	// ComplaintAnswer returns what the customer was told about a complaint, in words; "" once it is erased.
	ComplaintAnswer(ctx context.Context, orderID int64, complaint int) (string, error)
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
