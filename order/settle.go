package order

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

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
		_, err := s.cameLate(ctx, o, p)
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// cameLate asks about a payment that has ended, and stores money that has come for it since.
func (s *Service) cameLate(ctx context.Context, o Order, p Payment) (paid bool, err error) {
	out, err := s.provider(p).Find(ctx, s.request(o, p))
	if paid = err == nil && out.State == payments.Paid; paid {
		_, err = s.settle(ctx, o, p, out, nil, false)
	}
	if !came(err) && fault.CodeOf(err) != fault.NotFound {
		return paid, fmt.Errorf("find a late payment of order %d: %w", o.ID, err)
	}
	return paid, nil
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
	err := s.settleAttempts(ctx, o, Poller)
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
		return s.Store.PutOff(ctx, Poller, o.ID, s.nextAsk(o.PayUntil), "")
	}
	_, err := s.Store.MoveOrder(ctx, Move{OrderID: o.ID, To: PaymentDeclined, Reason: NotPaid, Event: true})
	return err
}

// settleOpen asks about other payments of an order that goes on, and gives back what is to be given back.
func (s *Service) settleOpen(ctx context.Context, o Order) error {
	ctx = telemetry.AboutOrder(ctx, o.ID)
	return errors.Join(s.settleAttempts(ctx, o, OpenPoller), s.settleLate(ctx, o), s.giveBack(ctx, o, Refund.due), s.holdFailed(ctx, o))
}

// settleLate asks about payments that have ended, of an order that goes on: a voucher may be paid in the last minute and told of
// hours later. What came is given back by the next round; after LateFor nothing is expected any more. An order of which
// nothing else is open is put off.
func (s *Service) settleLate(ctx context.Context, o Order) (err error) {
	quiet := !o.busy()
	for _, p := range o.lateAttempts() {
		paid, askErr := s.cameLate(ctx, o, p)
		if !paid && askErr == nil && s.Now().After(p.At.Add(LateFor)) {
			_, askErr = s.Store.RecordPayment(ctx, Settlement{OrderID: o.ID, Number: p.Number, Outcome: payments.Outcome{State: p.State}})
		}
		quiet, err = quiet && !paid, errors.Join(err, askErr)
	}
	if quiet {
		err = errors.Join(err, s.Store.PutOff(ctx, OpenPoller, o.ID, s.Now().Add(AskAgainAfter), ""))
	}
	return err
}

func (s *Service) settleAttempts(ctx context.Context, o Order, asker string) (err error) {
	for _, p := range o.openAttempts() {
		if failed := s.settleAttempt(ctx, o, p, asker); !came(failed) {
			err = errors.Join(err, failed)
		}
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
// has gone, and it has failed; so has one of an order that was cancelled. One that the provider still waits for after the customer's time has expired. An order that costs
// nothing, which an older release left in doubt, is as good as paid.
func (s *Service) outcome(ctx context.Context, o Order, p Payment) (payments.Outcome, error) {
	if o.Total.Minor == 0 {
		return payments.Outcome{State: payments.Paid}, nil
	}
	out, err := s.provider(p).Find(ctx, s.request(o, p))
	switch {
	case fault.CodeOf(err) == fault.NotFound && (s.Now().Sub(p.At) > rechargeFor || o.Status == PaymentDeclined):
		return payments.Outcome{State: payments.Failed}, nil
	case fault.CodeOf(err) == fault.NotFound:
		return s.provider(p).Begin(ctx, s.request(o, p))
	case err == nil && out.State == payments.ActionRequired && !p.Until.IsZero() && s.Now().After(later(p.Until, out.Until).Add(payGrace)):
		out.State = payments.Expired
	}
	return out, err
}
