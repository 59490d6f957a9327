package order

import (
	"context"
	"slices"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
	"acme.example/webshop/ref"
)

// Why an order is cancelled.
const (
	ByCustomer             = "customer"
	ByOperator             = "operator"
	OutOfStock             = "out-of-stock"
	OrganizationUnverified = "organization-unverified"
	NotAccepted            = "not-accepted" // a review refused it
	// PaidTooLate is for a payment that came when the order was PAYMENT_DECLINED already. No one asks for it.
	PaidTooLate = "paid-too-late"
	// NotConfirmed is why an order is PAYMENT_DECLINED whose payment was in doubt before: its customer is told by event.
	NotConfirmed = "not-confirmed"
)

// CancelReasons lists the reasons for which someone may call an order off.
var CancelReasons = []string{ByCustomer, ByOperator, OutOfStock, OrganizationUnverified, NotAccepted}

// CancelOrder calls an order off; its money is given back because of the event. It is idempotent: the first reason
// stays. An order that can no longer be cancelled is fault.Conflict.
func (s *Service) CancelOrder(ctx context.Context, id int64, reason string) (Order, error) {
	if !slices.Contains(CancelReasons, reason) {
		return Order{}, fault.InvalidField("reason", "must be one of %v", CancelReasons)
	}
	return s.Store.MoveOrder(telemetry.AboutOrder(ctx, id), Move{OrderID: id, To: Cancelled, Reason: reason})
}

// OnOrderCancelled gives back the money of an order that was cancelled. A provider that is away is asked again; a
// refund that it refuses becomes a dead letter.
func (s *Service) OnOrderCancelled(ctx context.Context, e event.OrderCancelled) error {
	o, err := s.Store.Order(ctx, e.OrderID)
	if err != nil || !o.owed() || o.RefundReference != "" {
		return err
	}
	reference, err := s.provider(o).Refund(ctx, o.moneyBack())
	if err != nil {
		return err
	}
	crash.At("order.after-refund")
	return s.Store.RecordRefund(ctx, o.ID, reference)
}

// moneyBack is the whole charge of an order, to be given back.
func (o Order) moneyBack() Refund {
	return Refund{Key: o.Ref().Key(ref.Refund), ChargeKey: o.ChargeKey(), Amount: o.Total, Test: o.TestID != 0}
}

// Refund is an amount to give back of a charge.
type Refund struct {
	Key       string // idempotency key
	ChargeKey string // of the charge
	Amount    money.Amount
	Test      bool
}
