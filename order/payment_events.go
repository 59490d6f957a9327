package order

import (
	"reflect"

	"acme.example/webshop/event"
	"acme.example/webshop/payments"
)

// requested returns the event that the customer has what to pay with later, as it has become so of an attempt of the order: a voucher
// that it did not have before. For a page that the browser is sent to at once there is none.
func (o Order) requested(before Order, number int) []event.Event {
	p, _ := o.Attempt(number)
	was, _ := before.Attempt(number)
	if !o.awaits(p) || p.Action.Voucher == nil || reflect.DeepEqual(p.Action.Voucher, was.Action.Voucher) {
		return nil
	}
	return []event.Event{event.PaymentRequested{
		OrderID: o.ID, Ref: o.Ref(), Name: o.Customer.Name, Email: o.Customer.Email, Market: o.Market, Payment: int64(number), Method: p.Method,
		Amount: p.Amount, Currency: string(o.Total.Currency), Until: millis(p.Until), TestID: o.TestID, RulesVersion: o.Rules, Language: o.Language,
	}}
}

// AwaitsPayment reports whether the order waits until its customer pays by the attempt of a number.
func (o Order) AwaitsPayment(number int) bool {
	p, _ := o.Attempt(number)
	return o.awaits(p)
}

func (o Order) awaits(p Payment) bool {
	return o.Status == PaymentPending && p.State == payments.ActionRequired
}

// gaveBack returns the event that a refund of the order is done, which has become so. OrderCancelled tells of the refund of a
// cancelled order.
func (o Order) gaveBack(number int) []event.Event {
	r := o.Refunds[number-1]
	if r.State != payments.RefundDone || r.Reason == OrderWasCancelled {
		return nil
	}
	p, _ := o.Attempt(r.Payment)
	return []event.Event{event.RefundDone{
		OrderID: o.ID, Ref: o.Ref(), Name: o.Customer.Name, Email: o.Customer.Email, Market: o.Market, Refund: int64(number),
		Amount: r.Amount, Currency: string(o.Total.Currency), Method: p.Method, Reason: r.Reason, OfSale: o.TakesBack(r), TotalPrice: o.Total.Minor,
		TestID: o.TestID, RulesVersion: o.Rules, Language: o.Language,
	}}
}
