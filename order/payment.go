package order

import (
	"context"
	"fmt"

	"acme.example/webshop/fault"
)

// settleBatch bounds one round of Settle.
const settleBatch = 100

func declined(cause error) error {
	return fault.Wrap(cause, fault.Declined, "the payment was declined; nothing was charged")
}

// pay takes the order's money and moves the order to CREATED, or to PAYMENT_DECLINED. It does not give up when the
// client goes away: the charge may have happened.
func (s *Service) pay(ctx context.Context, o Order) (Order, error) {
	ctx = context.WithoutCancel(ctx)
	charge := o.charge()
	reference, err := s.provider(o).Charge(ctx, charge)
	if err != nil && fault.CodeOf(err) != fault.Declined {
		s.Log.WarnContext(ctx, "charge without an answer; asking the provider", "order", o.ID, "error", err)
		reference, err = s.provider(o).Find(ctx, charge)
	}
	return s.settle(ctx, o, reference, err)
}

// settle stores the outcome of a charge: paid when err is nil.
func (s *Service) settle(ctx context.Context, o Order, reference string, err error) (Order, error) {
	switch fault.CodeOf(err) {
	case "":
		paid, err := s.Store.MoveOrder(ctx, Move{OrderID: o.ID, To: Created, PaymentReference: reference, Event: true})
		if err != nil {
			s.Log.ErrorContext(ctx, "paid, but the order cannot go on; Settle asks again, or the money must be given back",
				"order", o.ID, "provider", o.PaymentProvider, "reference", reference, "error", err)
		}
		return paid, err
	case fault.Declined:
		if _, moveErr := s.Store.MoveOrder(ctx, Move{OrderID: o.ID, To: PaymentDeclined}); moveErr != nil {
			return Order{}, moveErr
		}
		return Order{}, declined(err)
	}
	inDoubt := fault.Wrap(err, fault.InDoubt, "the payment provider gave no clear answer for order %d; "+
		"do not pay again: the shop asks on, and sends a mail when the order is paid", o.ID)
	inDoubt.RetryAfter = s.DoubtAfter
	return Order{}, inDoubt
}

// Settle asks the providers about payments that have no outcome, because a charge timed out or a process died
// between the charge and its commit. A charge that the provider does not have, this long after it was sent, was never
// made: the order is PAYMENT_DECLINED. It returns the first error, after having tried them all.
func (s *Service) Settle(ctx context.Context) error {
	orders, err := s.Store.UnsettledOrders(ctx, s.Now().Add(-s.DoubtAfter), settleBatch)
	for _, o := range orders {
		reference, findErr := s.provider(o).Find(ctx, o.charge())
		if fault.CodeOf(findErr) == fault.NotFound {
			findErr = declined(findErr)
		}
		_, settleErr := s.settle(ctx, o, reference, findErr)
		if settleErr != nil && fault.CodeOf(settleErr) != fault.Declined && err == nil {
			err = fmt.Errorf("settle order %d: %w", o.ID, settleErr)
		}
	}
	return err
}

func (s *Service) provider(o Order) Payments {
	if p, ok := s.Payments[o.PaymentProvider]; ok {
		return p
	}
	return noProvider{}
}

func (o Order) charge() Charge {
	return Charge{Key: o.ChargeKey(), OrderID: o.ID, Amount: o.Total, Test: o.TestID != 0}
}

// noProvider stands for a provider that this process has no connection to: its charges stay in doubt.
type noProvider struct{}

func (noProvider) Charge(ctx context.Context, c Charge) (string, error) {
	return noProvider{}.Find(ctx, c)
}

func (noProvider) Find(context.Context, Charge) (string, error) {
	return "", fault.New(fault.Unavailable, "this payment provider is not connected")
}
