package order

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

const (
	settleShare  = 100 // bounds the orders of each provider in one round of Settle
	settleAtOnce = 16
	// Asker is in whose name a payment provider is asked about an order that waits for its payment, LateAsker about one that was
	// declined without an answer, and OpenAsker about another payment or a refund of an order that goes on.
	Asker, LateAsker, OpenAsker = "payment", "payment-late", "payment-open"
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

// Settle asks the providers about payments that have no outcome, because a charge timed out, a process died before its commit,
// or the customer has not paid yet; and it gives back what is to be given back. It takes those whose turn it is, of each provider
// as many, so that one that is away holds up no other. It tries them all, and returns the errors of those that are still open.
func (s *Service) Settle(ctx context.Context) error {
	waiting, err := s.Store.TakeUnsettled(ctx, s.Now().Add(-s.DoubtAfter), settleShare)
	others, othersErr := s.Store.TakeOpen(ctx, s.Now().Add(-s.DoubtAfter), settleShare)
	return errors.Join(err, othersErr, each(ctx, waiting, s.settleOne), each(ctx, others, s.settleOpen))
}

// FindLate asks the providers about orders that were declined within LateFor because no payment was found. One may have come
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
	var failed []error
	for _, p := range o.Attempts() {
		out, err := s.provider(p).Find(ctx, s.request(o, p))
		if err == nil && out.State == payments.Paid {
			_, err = s.settle(ctx, o, p, out, nil, false)
		}
		if !came(err) && fault.CodeOf(err) != fault.NotFound {
			failed = append(failed, fmt.Errorf("find a late payment of order %d: %w", o.ID, err))
		}
	}
	return errors.Join(failed...)
}

// came reports whether an error is an answer about a payment, which is stored.
func came(err error) bool {
	code := fault.CodeOf(err)
	return err == nil || code == fault.Declined || code == fault.PaidTooLate
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

// settleOne asks about the payments of an order that waits for one.
func (s *Service) settleOne(ctx context.Context, o Order) error {
	ctx, span := telemetry.Begin(telemetry.AboutOrder(ctx, o.ID), telemetry.Inside, "settle payment")
	span.Order(o.ID)
	err := s.settleAttempts(ctx, o, Asker)
	if len(o.openAttempts()) == 0 {
		err = s.giveUp(ctx, o)
	}
	if span.End(err); err == nil || came(err) {
		return nil
	}
	return fmt.Errorf("settle order %d: %w", o.ID, err)
}

// giveUp declines an order whose payments have all failed, when the customer's time to pay another way is over.
func (s *Service) giveUp(ctx context.Context, o Order) error {
	if !o.PayUntil.IsZero() && !o.tooLateToPay(s.Now()) {
		return s.Store.PutOff(ctx, Asker, o.ID, s.nextAsk(o.PayUntil), "")
	}
	_, err := s.Store.MoveOrder(ctx, Move{OrderID: o.ID, To: PaymentDeclined, Reason: NotPaid, Event: true})
	return err
}

// settleOpen asks about other payments of an order that goes on, and gives back what is to be given back.
func (s *Service) settleOpen(ctx context.Context, o Order) error {
	ctx = telemetry.AboutOrder(ctx, o.ID)
	return errors.Join(s.settleAttempts(ctx, o, OpenAsker), s.giveBack(ctx, o, Refund.due), s.holdFailed(ctx, o))
}

func (s *Service) settleAttempts(ctx context.Context, o Order, asker string) (err error) {
	for _, p := range o.openAttempts() {
		err = errors.Join(err, s.settleAttempt(ctx, o, p, asker))
	}
	return err
}

// settleAttempt asks about one payment. An answer about something else, such as another charge under the payment's key,
// is for the operator to look at.
func (s *Service) settleAttempt(ctx context.Context, o Order, p Payment, asker string) error {
	out, err := s.outcome(ctx, o, p)
	crash.At("order.after-settling")
	switch {
	case fault.Permanent(err) && fault.CodeOf(err) != fault.Declined:
		return errors.Join(err, s.Store.PutOff(ctx, asker, o.ID, s.Now().Add(AskAgainAfter), err.Error()))
	case err == nil && out.State == payments.ActionRequired && !p.changedBy(out):
		return s.Store.PutOff(ctx, asker, o.ID, s.nextAsk(out.Until), "")
	}
	_, err = s.settle(ctx, o, p, out, err, false)
	return err
}

// nextAsk is when a provider is asked again about a payment that waits for its customer: the provider calls when it is paid.
func (s *Service) nextAsk(until time.Time) time.Time {
	next := s.Now().Add(AskAgainAfter)
	if end := until.Add(payGrace); end.After(s.Now()) && end.Before(next) {
		return end
	}
	return next
}

// outcome asks what became of a payment. One that the provider never got is begun now, under the same key: the customer asked
// for it just now, and a request that is still on its way somewhere cannot take the money twice. After rechargeFor the customer
// has gone, and it has failed. One that the provider still waits for after the customer's time has expired. An order that costs
// nothing, which an older release left in doubt, is as good as paid.
func (s *Service) outcome(ctx context.Context, o Order, p Payment) (payments.Outcome, error) {
	if o.Total.Minor == 0 {
		return payments.Outcome{State: payments.Paid}, nil
	}
	out, err := s.provider(p).Find(ctx, s.request(o, p))
	switch {
	case fault.CodeOf(err) == fault.NotFound && s.Now().Sub(p.At) > rechargeFor:
		return payments.Outcome{State: payments.Failed}, nil
	case fault.CodeOf(err) == fault.NotFound:
		return s.provider(p).Begin(ctx, s.request(o, p))
	case err == nil && out.State == payments.ActionRequired && !p.Until.IsZero() && s.Now().After(later(p.Until, out.Until).Add(payGrace)):
		out.State = payments.Expired
	}
	return out, err
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
		Reference: p.Reference, Email: o.Customer.Email, Language: p.Language, Back: s.Links.Tracking(o.Ref()),
	}
}

var errNotConnected = fault.New(fault.Unavailable, "this payment provider is not connected")

// noProvider stands for a provider that this process has no connection to: its payments stay in doubt.
type noProvider struct{}

func (noProvider) Ready(bool) error { return errNotConnected }

func (noProvider) Begin(context.Context, payments.Request) (payments.Outcome, error) {
	return payments.Outcome{}, errNotConnected
}

func (noProvider) Find(context.Context, payments.Request) (payments.Outcome, error) {
	return payments.Outcome{}, errNotConnected
}

func (noProvider) Refund(context.Context, payments.Refund) (payments.RefundOutcome, error) {
	return payments.RefundOutcome{}, errNotConnected
}

func (noProvider) Event(context.Context, http.Header, []byte) (payments.Notice, error) {
	return payments.Notice{}, errNotConnected
}
