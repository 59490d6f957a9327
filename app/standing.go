package app

import (
	"context"
	"time"

	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// promptMail is how soon after its event a mail is sent without a check of its order: whatever happens to the order in so
// short a time might as well happen right after the mail.
const promptMail = 2 * time.Second

// standings tells the email service the state of orders.
type standings struct {
	orders interface {
		Order(ctx context.Context, id int64) (order.Order, error)
	}
	now func() time.Time
}

// Standing returns the state of an order, or nothing for a mail that is sent promptly.
func (s standings) Standing(ctx context.Context, orderID int64) (at email.Standing, err error) {
	if r := event.ReceiptOf(ctx); r != nil && s.now().Sub(database.TimeOfEventID(r.EventID)) < promptMail {
		return at, nil
	}
	o, err := s.orders.Order(ctx, orderID)
	return email.Standing{Cancelled: o.Status == order.Cancelled, DeliveryTime: o.DeliveryTime}, err
}
