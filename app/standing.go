package app

import (
	"context"
	"time"

	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// promptMail is how soon after its event a mail is sent without a look at its order: what became of the order in so short a
// time, it may have become right after the mail as well.
const promptMail = 2 * time.Second

// standings tell the email service how far orders are.
type standings struct {
	orders interface {
		Order(ctx context.Context, id int64) (order.Order, error)
	}
	now func() time.Time
}

// Standing is how far an order is; of a mail that is sent promptly, nothing is known.
func (s standings) Standing(ctx context.Context, orderID int64) (at email.Standing, err error) {
	if r := event.ReceiptOf(ctx); r != nil && s.now().Sub(database.TimeOfEventID(r.EventID)) < promptMail {
		return at, nil
	}
	o, err := s.orders.Order(ctx, orderID)
	return email.Standing{Cancelled: o.Status == order.Cancelled, DeliveryTime: o.DeliveryTime}, err
}
