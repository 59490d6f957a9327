package order

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

const (
	settleShare  = 100 // bounds the orders of each provider in one round of Settle
	settleAtOnce = 16
	// Asker is in whose name a payment provider is asked about an order that waits for its payment, LateAsker about one that was
	// declined without an answer.
	Asker, LateAsker = "payment", "payment-late"
	// LateFor is how long after it was declined a provider is asked about such an order.
	LateFor = 24 * time.Hour
	// AskAgainAfter is how long an order is put off when its provider told of something else than was asked. No order is put off
	// for longer.
	AskAgainAfter = 10 * time.Minute
	// tryAgain is how long customers wait before they try again after a failed charge.
	tryAgain = 5 * time.Second
	// rechargeFor is how long after its order a charge that the provider never got may still be made.
	rechargeFor = 15 * time.Minute
)

func declined(cause error) error {
	return fault.Wrap(cause, fault.Declined, "the payment was declined; nothing was charged")
}

func tooLate() error {
	return fault.New(fault.PaidTooLate, "the payment came when this order had ended; nothing is ordered, and the money is given back")
}

// pay takes the order's money and moves the order to CREATED, or to PAYMENT_DECLINED. When the charge certainly was not
// made, nothing of the order stays. It does not give up when the client goes away: the charge may have happened.
func (s *Service) pay(ctx context.Context, o Order, c IdempotencyKey) (Order, error) {
	ctx = telemetry.AboutOrder(context.WithoutCancel(ctx), o.ID)
	if s.Now().Sub(o.StatusAt) > rechargeFor { // this process stood still; the order may be declined already
		return Order{}, s.inDoubt(o, errors.New("too late for a charge"))
	}
	charge := o.charge()
	crash.At("order.before-charge")
	reference, err := s.provider(o).Charge(ctx, charge)
	if errors.Is(err, ErrNotCharged) {
		return Order{}, s.takeBack(ctx, o, c, err)
	}
	if err != nil && fault.CodeOf(err) != fault.Declined {
		s.Log.WarnContext(ctx, "charge without an answer; asking the provider", "order", o.ID, "error", err)
		reference, err = s.provider(o).Find(ctx, charge)
	}
	crash.At("order.after-charge")
	return s.settle(ctx, o, reference, err, "")
}

// takeBack forgets an order whose charge certainly was not made, and frees its idempotency key. When it cannot be
// forgotten, Settle charges or declines it.
func (s *Service) takeBack(ctx context.Context, o Order, c IdempotencyKey, cause error) error {
	if err := s.Store.DropOrder(ctx, o.ID, c); err != nil {
		s.Log.WarnContext(ctx, "not charged, but the order could not be taken back; Settle asks", "order", o.ID, "error", errors.Join(cause, err))
		return s.inDoubt(o, err)
	}
	e := fault.Wrap(cause, fault.Unavailable, "the payment cannot be taken at the moment; nothing was charged, and nothing is ordered; try again later")
	e.RetryAfter = tryAgain
	return e
}

// settle stores the outcome of a charge: paid when err is nil. The reason is NotConfirmed when its customer does not wait
// for it, and is told by event when it is declined.
func (s *Service) settle(ctx context.Context, o Order, reference string, err error, reason string) (Order, error) {
	switch fault.CodeOf(err) {
	case "":
		return s.paid(ctx, o, reference)
	case fault.Declined:
		if _, moveErr := s.Store.MoveOrder(ctx, Move{OrderID: o.ID, To: PaymentDeclined, Reason: reason, Event: true}); moveErr != nil {
			return Order{}, s.inDoubt(o, moveErr)
		}
		return Order{}, declined(err)
	}
	return Order{}, s.inDoubt(o, err)
}

// paid stores that an order is paid.
func (s *Service) paid(ctx context.Context, o Order, reference string) (Order, error) {
	paid, err := s.Store.MoveOrder(ctx, Move{OrderID: o.ID, To: Created, PaymentReference: reference, Event: true})
	switch {
	case fault.CodeOf(err) == fault.Conflict:
		return Order{}, s.paidTooLate(ctx, o, reference)
	case err != nil:
		s.Log.ErrorContext(ctx, "paid, but that could not be stored; Settle asks again", "order", o.ID, "provider", o.PaymentProvider,
			"reference", reference, "error", err)
		return Order{}, s.inDoubt(o, err)
	case paid.CancelReason == PaidTooLate:
		return Order{}, tooLate()
	}
	return paid, nil
}

// paidTooLate cancels an order that was declined before its charge came, later than rechargeFor: the event sees to it
// that the money is given back, however often that fails, and that the customer hears of it. When that cannot be stored,
// FindLate finds the charge.
func (s *Service) paidTooLate(ctx context.Context, o Order, reference string) error {
	if _, err := s.Store.MoveOrder(ctx, Move{OrderID: o.ID, To: Cancelled, Reason: PaidTooLate, PaymentReference: reference}); err != nil {
		s.Log.ErrorContext(ctx, "paid after the order was declined, and that could not be stored; the provider is asked again", "order", o.ID,
			"provider", o.PaymentProvider, "reference", reference, "error", err)
		return s.inDoubt(o, err)
	}
	return tooLate()
}

// inDoubt says that what became of an order's payment is not known yet, or not stored yet.
func (s *Service) inDoubt(o Order, cause error) error {
	e := fault.Wrap(cause, fault.InDoubt, "the payment of order %d is not confirmed yet; "+
		"do not pay again: the shop asks the provider until it knows, and then sends a mail", o.ID)
	e.RetryAfter, e.TrackingURL = s.DoubtAfter, s.Links.Tracking(o.Ref())
	return e
}

// Settle asks the providers about payments that have no outcome, because a charge timed out or a process died between
// the charge and its commit: about those whose turn it is, of each provider as many, so that one that is away holds up no
// other. It tries them all, and returns the errors of those that are still open.
func (s *Service) Settle(ctx context.Context) error {
	orders, err := s.Store.TakeUnsettled(ctx, s.Now().Add(-s.DoubtAfter), settleShare)
	if err != nil {
		return err
	}
	return each(ctx, orders, s.settleOne)
}

// FindLate asks the providers about orders that were declined within LateFor because no charge was found. One may have come
// since, from a process that stood still between asking and charging and did not live to store it: then the money is given
// back.
func (s *Service) FindLate(ctx context.Context) error {
	orders, err := s.Store.TakeDeclined(ctx, s.Now().Add(-LateFor), settleShare)
	if err != nil {
		return err
	}
	return each(ctx, orders, s.findLate)
}

// findLate asks about one order that was declined.
func (s *Service) findLate(ctx context.Context, o Order) error {
	ctx = telemetry.AboutOrder(ctx, o.ID)
	reference, err := s.provider(o).Find(ctx, o.charge())
	if err == nil {
		err = s.paidTooLate(ctx, o, reference)
	}
	if came(err) || fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	return fmt.Errorf("find a late charge of order %d: %w", o.ID, err)
}

// came reports whether an error says how a payment ended.
func came(err error) bool {
	code := fault.CodeOf(err)
	return code == fault.Declined || code == fault.PaidTooLate
}

// each does something about orders, of each provider about a few at once, and joins the errors.
func each(ctx context.Context, orders []Order, do func(context.Context, Order) error) error {
	failed := make([]error, len(orders))
	var all sync.WaitGroup
	atOnce := map[string]chan struct{}{} // by provider
	for i, o := range orders {
		places := atOnce[o.PaymentProvider]
		if places == nil {
			places = make(chan struct{}, settleAtOnce)
			atOnce[o.PaymentProvider] = places
		}
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			failed[i] = do(ctx, o)
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// settleOne asks about one payment. An answer about something else, such as another charge under the order's key,
// is for the operator to look at.
func (s *Service) settleOne(ctx context.Context, o Order) error {
	ctx, span := telemetry.Begin(telemetry.AboutOrder(ctx, o.ID), telemetry.Inside, "settle payment")
	span.Order(o.ID)
	reference, err := s.outcome(ctx, o)
	crash.At("order.after-settling")
	if senseless := fault.Permanent(err) && fault.CodeOf(err) != fault.Declined; senseless {
		err = errors.Join(err, s.Store.PutOff(ctx, Asker, o.ID, s.Now().Add(AskAgainAfter), err.Error()))
	} else {
		_, err = s.settle(ctx, o, reference, err, NotConfirmed)
	}
	if span.End(err); err == nil || came(err) {
		return nil
	}
	return fmt.Errorf("settle order %d: %w", o.ID, err)
}

// outcome asks what became of a charge. One that the provider never got is made now, under the same key: the customer
// asked for it just now, and a request that is still on its way somewhere cannot take the money twice. After
// rechargeFor the customer has gone, and the order is declined. An order that costs nothing, which an older release left
// in doubt, is as good as paid.
func (s *Service) outcome(ctx context.Context, o Order) (string, error) {
	if o.Total.Minor == 0 {
		return "", nil
	}
	reference, err := s.provider(o).Find(ctx, o.charge())
	if fault.CodeOf(err) != fault.NotFound {
		return reference, err
	}
	if s.Now().Sub(o.StatusAt) > rechargeFor {
		return "", declined(err)
	}
	return s.provider(o).Charge(ctx, o.charge())
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

var errNotConnected = fault.New(fault.Unavailable, "this payment provider is not connected")

// noProvider stands for a provider that this process has no connection to: its charges stay in doubt.
type noProvider struct{}

func (noProvider) Ready(bool) error { return errNotConnected }

func (noProvider) Charge(ctx context.Context, c Charge) (string, error) {
	return noProvider{}.Find(ctx, c)
}

func (noProvider) Refund(ctx context.Context, r Refund) (string, error) {
	return noProvider{}.Find(ctx, Charge{Key: r.ChargeKey})
}

func (noProvider) Find(context.Context, Charge) (string, error) {
	return "", errNotConnected
}
