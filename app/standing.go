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
	return email.Standing{Cancelled: o.Status == order.Cancelled, Delivered: o.Status == order.Delivered, DeliveryTime: o.DeliveryTime}, err
}

// AwaitsPayment reports whether an order waits until its customer pays by the attempt of a number.
func (s standings) AwaitsPayment(ctx context.Context, orderID int64, payment int) (bool, error) {
	o, err := s.orders.Order(ctx, orderID)
	return o.AwaitsPayment(payment), err
}

// ComplaintAnswer returns what the customer was told about a complaint, in words.
func (s standings) ComplaintAnswer(ctx context.Context, orderID int64, complaint int) (string, error) {
	o, err := s.orders.Order(ctx, orderID)
	c, _ := o.Complaint(complaint)
	return c.Answer, err
}
