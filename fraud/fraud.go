// Package fraud is a review that some orders must pass before they are placed: a partner checks them for fraud. It may
// answer at once, or later by a signed callback.
//
// It guarantees: the partner is asked with one key for each order, and only about orders whose rules say so; its first
// answer counts, however often it answers; and no such order is placed without one.
package fraud

import (
	"context"
	"time"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// Step is the name of the review.
const Step = event.FraudStep

// partner is the decider stored in the order.
const partner = event.ByScreening

// Store is what the service needs of the database. If the context carries an event.Receipt, RecordReview marks it done in
// its transaction, and a call whose receipt is already done changes nothing.
type Store interface {
	// RecordReview stores the decision of a step of an order's review, and who decided, and journals ReviewDone if no
	// step is left or this one refuses the order. It reports whether the decision counts: the first one does, and none
	// after the order was cancelled. If the order is not in review yet, or has no such step, the error is fault.Conflict.
	RecordReview(ctx context.Context, orderID int64, step string, passed bool, by, note string) (holds bool, err error)
	// OrderRef returns an order's reference, or fault.NotFound.
	OrderRef(ctx context.Context, orderID int64) (ref.Order, error)
	// TakeReviews returns orders that have waited for a step since before the given time and are due to be polled, at
	// most limit, longest due first, and reschedules each: by some minutes, doubled each time, up to again. Only one of
	// many callers gets an order.
	TakeReviews(ctx context.Context, step string, before time.Time, again time.Duration, limit int) ([]event.OpenReview, error)
	// PutOff sets the time of an order's next poll, and stores why. The asker is the step.
	PutOff(ctx context.Context, asker string, orderID int64, until time.Time, why string) error
}

// Check is a request to the partner.
type Check struct {
	Key                  string // idempotency key
	OrderID              int64
	Amount               money.Amount
	Market, CustomerType string
	Name, Email          string
	Test                 bool // not a real order
}

// Outcome is the partner's answer.
type Outcome string

// The outcomes of a check.
const (
	Passed  Outcome = "passed"
	Refused Outcome = "refused"
	Later   Outcome = "later" // the partner will call back
)

// Screening is the partner that checks orders. Its calls are bounded in time.
type Screening interface {
	// Check asks about an order, once for each key.
	Check(ctx context.Context, c Check) (Outcome, error)
}

// Service is the fraud service. All exported fields must be set.
type Service struct {
	Store     Store
	Screening Screening
	Verify    callbacks.Verifier
	// RemindAfter returns how long an order may wait for the partner before it is asked again; 0: for ever.
	RemindAfter func() time.Duration
	Now         func() time.Time
}

// OnReviewRequested asks the partner about an order that must pass this step.
func (s *Service) OnReviewRequested(ctx context.Context, e event.ReviewRequested) error {
	if !e.Asks(Step) {
		return nil
	}
	outcome, err := s.Screening.Check(ctx, Check{
		Key: e.Ref.Or(e.OrderID).Key(ref.Check), OrderID: e.OrderID, Market: e.Market, CustomerType: e.CustomerType,
		Amount: money.Amount{Minor: e.TotalPrice, Currency: money.Currency(e.Currency)}, Name: e.Name, Email: e.Email, Test: e.TestID != 0,
	})
	if err != nil || outcome == Later {
		return err
	}
	crash.At("fraud.after-check")
	return s.decided(ctx, e.OrderID, outcome)
}

// decided stores the partner's decision, whether or not it still counts.
func (s *Service) decided(ctx context.Context, orderID int64, outcome Outcome) error {
	_, err := s.Store.RecordReview(ctx, orderID, Step, outcome == Passed, partner, "")
	return err
}

// Remind asks the partner again about each order that it has not answered within RemindAfter (callbacks.Remind).
func (s *Service) Remind(ctx context.Context) error {
	after := s.RemindAfter()
	if after == 0 {
		return nil
	}
	return callbacks.Remind(ctx, callbacks.Reminder[event.OpenReview]{
		Poller: Step, After: after, Now: s.Now, PutOff: s.Store.PutOff,
		Take: func(ctx context.Context, before time.Time, again time.Duration, limit int) ([]event.OpenReview, error) {
			return s.Store.TakeReviews(ctx, Step, before, again, limit)
		},
		Ask: func(ctx context.Context, r event.OpenReview) error { return s.OnReviewRequested(ctx, r.Request) },
	})
}

// outcomes are the outcomes by the type of a callback.
var outcomes = map[string]Outcome{"check.passed": Passed, "check.refused": Refused}

// calledBack stores the partner's decision in a callback.
func (s *Service) calledBack(ctx context.Context, in *callbacks.Callback) error {
	said, err := in.Read(s.Verify)
	if err != nil {
		return err
	}
	outcome, known := outcomes[said.Type]
	if !known {
		return fault.InvalidField("type", "must be check.passed or check.refused")
	}
	o, err := s.Store.OrderRef(ctx, said.Data.OrderID)
	if err != nil {
		return err
	}
	if err := said.Answers(o.Key(ref.Check)); err != nil {
		return err
	}
	return s.decided(ctx, said.Data.OrderID, outcome)
}
