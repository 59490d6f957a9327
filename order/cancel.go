package order

import (
	"context"
	"slices"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
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

// CancelReasons lists the reasons for which someone may cancel an order.
var CancelReasons = []string{ByCustomer, ByOperator, OutOfStock, OrganizationUnverified, NotAccepted}

// CancelOrder cancels an order for the shop's staff; its money is given back because of the event. One that is not paid yet is PAYMENT_DECLINED:
// Settle closes the provider's page, and what is paid all the same is given back. It is idempotent: the first reason
// stays. An order that can no longer be cancelled is fault.Conflict.
func (s *Service) CancelOrder(ctx context.Context, id int64, reason string) (Order, error) {
	return s.cancel(ctx, Move{OrderID: id, To: Cancelled, Reason: reason, Staff: true})
}

// cancel cancels an order, as CancelOrder does, for its customer too.
func (s *Service) cancel(ctx context.Context, m Move) (Order, error) {
	id, reason := m.OrderID, m.Reason
	if !slices.Contains(CancelReasons, reason) {
		return Order{}, fault.InvalidField("reason", "must be one of %v", CancelReasons)
	}
	ctx = telemetry.AboutOrder(ctx, id)
	o, err := s.Store.Order(ctx, id)
	if err != nil {
		return Order{}, err
	}
	if o.waitsForCustomer() {
		s.askWhetherPaid(ctx, o) // its customer may have paid just now
	}
	if m.CutOff, err = s.cutOff(ctx, o); err != nil {
		return Order{}, err
	}
	return s.Store.MoveOrder(ctx, m)
}

// WouldCancel returns how much money CancelOrder would give back now, or why it would not cancel the order: fault.Conflict also if it
// is cancelled already. It changes nothing and asks no one.
func (s *Service) WouldCancel(ctx context.Context, o Order) (money.Amount, error) {
	cutOff, err := s.cutOff(ctx, o)
	if err != nil {
		return money.Amount{}, err
	}
	_, changes, err := o.Apply(Move{OrderID: o.ID, To: Cancelled, Reason: ByOperator, Staff: true, CutOff: cutOff}, s.Now())
	if err == nil && !changes {
		err = fault.New(fault.Conflict, "the order is %s already", o.Status)
	}
	return money.Amount{Minor: o.restWhenCancelled(), Currency: o.Total.Currency}, err
}

// cutOff is until when an order can be cancelled after its delivery was booked.
func (s *Service) cutOff(ctx context.Context, o Order) (*cutoff.Before, error) {
	rules, err := s.rulesFor(ctx, o)
	if err != nil {
		return nil, err
	}
	return rules.Markets[o.Market].CutOff, nil
}

// rulesFor returns the active rules, or for an order of a market that they no longer have, those that it was made under.
func (s *Service) rulesFor(ctx context.Context, o Order) (*Rules, error) {
	active, err := s.Rules.Active()
	if err != nil {
		return nil, err
	}
	if _, there := active.Markets[o.Market]; there {
		return active, nil
	}
	return s.Rules.Of(ctx, o.Rules)
}

// cancelledUnpaid reports whether the order was cancelled before it was paid.
func (o Order) cancelledUnpaid() bool {
	return o.Status == PaymentDeclined && slices.Contains(CancelReasons, o.CancelReason)
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
