package order

import (
	"context"
	"errors"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

const (
	settleShare  = 100 // bounds the orders of each provider in one round of Settle
	settleAtOnce = 16
	// Poller is in whose name a payment provider is asked about an order that waits for its payment, LatePoller about one that was
	// declined without an answer, and OpenPoller about another payment or a refund of an order that goes on.
	Poller, LatePoller, OpenPoller = "payment", "payment-late", "payment-open"
	// LateFor is how long after it was declined a provider is asked about such an order.
	LateFor = 24 * time.Hour
	// AskAgainAfter is how long an order is put off when its provider told of something else than was asked, or waits for the
	// customer. No order is put off for longer.
	AskAgainAfter = 10 * time.Minute
	// tryAgain is how long customers wait before they try again after a failed charge.
	tryAgain = 5 * time.Second
	// rechargeFor is how long after it was stored a payment that the provider never got may still be begun.
	rechargeFor = 15 * time.Minute
	// payGrace is how long after the customer's time to pay an order that its provider still waits for is given up.
	payGrace = 2 * time.Minute
)

func declined(cause error) error {
	return fault.Wrap(cause, fault.Declined, "the payment was declined; nothing was charged")
}

func tooLate() error {
	return fault.New(fault.PaidTooLate, "the payment came when this order had ended; nothing is ordered, and the money is given back")
}

// pay begins the order's first payment. It returns the order that is CREATED, or one that waits for its customer to pay
// (Order.Current); or it declines the order. When the payment certainly was not begun, nothing of the order stays. It does not
// give up when the client goes away: the money may have been taken.
func (s *Service) pay(ctx context.Context, o Order, c IdempotencyKey) (Order, error) {
	ctx = telemetry.AboutOrder(context.WithoutCancel(ctx), o.ID)
	if s.Now().Sub(o.StatusAt) > rechargeFor { // this process stood still; the order may be declined already
		return Order{}, s.inDoubt(o, errors.New("too late for a charge"))
	}
	p := o.Attempts()[0]
	out, begun, err := s.begin(ctx, o, p)
	if !begun {
		return Order{}, s.takeBack(ctx, o, c, err)
	}
	return s.settle(ctx, o, p, out, err, true)
}

// begin begins a payment, and asks the provider when that has no answer. It was not begun only if the first answer says so: an
// error of the question says nothing about the payment.
func (s *Service) begin(ctx context.Context, o Order, p Payment) (out payments.Outcome, begun bool, err error) {
	request := s.request(o, p)
	crash.At("order.before-charge")
	out, err = s.provider(p).Begin(ctx, request)
	if errors.Is(err, payments.ErrNotBegun) {
		return out, false, err
	}
	if err != nil {
		s.Log.WarnContext(ctx, "payment without an answer; asking the provider", "order", o.ID, "error", err)
		out, err = s.provider(p).Find(ctx, request)
	}
	if fault.CodeOf(err) == fault.NotFound { // lost on its way, or the provider finds nothing without a reference
		out, err = s.provider(p).Begin(ctx, request)
	}
	crash.At("order.after-charge")
	return out, true, err
}

// takeBack forgets an order whose payment certainly was not begun, and frees its idempotency key. When it cannot be
// forgotten, Settle charges or declines it.
func (s *Service) takeBack(ctx context.Context, o Order, c IdempotencyKey, cause error) error {
	if err := s.Store.DropOrder(ctx, o.ID, c); err != nil {
		s.Log.WarnContext(ctx, "not charged, but the order could not be taken back; Settle asks", "order", o.ID, "error", errors.Join(cause, err))
		return s.inDoubt(o, err)
	}
	return notBegun(cause)
}

func notBegun(cause error) error {
	e := fault.Wrap(cause, fault.Unavailable, "the payment cannot be taken at the moment; nothing was charged, and nothing is ordered; try again later")
	e.RetryAfter = tryAgain
	return e
}

// settle stores what a provider said of a payment. It returns an order that is paid, or waits for its customer to pay; for any
// other outcome an error. The customer waits for the answer, or hears of it by event.
func (s *Service) settle(ctx context.Context, o Order, p Payment, out payments.Outcome, err error, waiting bool) (Order, error) {
	if err != nil {
		return Order{}, s.inDoubt(o, err)
	}
	after, err := s.Store.RecordPayment(ctx, Settlement{OrderID: o.ID, Number: p.Number, Outcome: out, Waiting: waiting})
	switch {
	case err != nil:
		s.Log.ErrorContext(ctx, "the outcome of a payment could not be stored; Settle asks again", "order", o.ID, "provider", p.Provider,
			"state", out.State, "reference", out.Reference, "error", err)
		return Order{}, s.inDoubt(o, err)
	case after.CancelReason == PaidTooLate:
		return Order{}, tooLate()
	case after.Status == PaymentDeclined:
		return Order{}, declined(errors.New(out.Why))
	case out.State == payments.Pending:
		return Order{}, s.inDoubt(o, errors.New("the provider has no outcome yet"))
	}
	return after, nil
}

// inDoubt says that what became of an order's payment is not known yet, or not stored yet.
func (s *Service) inDoubt(o Order, cause error) error {
	e := fault.Wrap(cause, fault.InDoubt, "the payment of order %d is not confirmed yet; "+
		"do not pay again: the shop asks the provider until it knows, and then sends a mail", o.ID)
	e.RetryAfter, e.TrackingURL = s.DoubtAfter, s.Links.Tracking(o.Ref())
	return e
}

func (s *Service) provider(p Payment) payments.Provider {
	if connected, ok := s.Payments[p.Provider]; ok {
		return connected
	}
	return noProvider{}
}

// request is a payment as its provider is asked for it.
func (s *Service) request(o Order, p Payment) payments.Request {
	return payments.Request{
		Key: o.PaymentKey(p.Number), OrderID: o.ID, Method: p.Method, Amount: o.Total, Test: o.TestID != 0, Begun: p.Begun, Until: p.Until,
		Reference: p.Reference, Email: o.Customer.Email, Language: p.Language, Back: s.tracking(o, p.Begun), Over: o.Status == PaymentDeclined,
	}
}
