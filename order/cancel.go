package order

import (
	"context"
	"slices"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
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
	// NotPaid is why an order is PAYMENT_DECLINED whose customer did not pay in time.
	NotPaid = event.NotPaid
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
	if err != nil {
		return err
	}
	return s.giveBack(ctx, o, func(r Refund) bool { return r.Reason == OrderWasCancelled })
}
