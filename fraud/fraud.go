// Package fraud is a step that some orders must pass before they are placed: a partner looks whether they are in earnest.
// Its answer may come at once, or later as a signed callback.
//
// It guarantees: the partner is asked under one key for each order, and only about orders whose rules say so; its first
// answer counts, however often it answers; and an order is not placed without one.
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

// Step is what the review is called.
const Step = event.FraudStep

// partner is who decides, as the order keeps it.
const partner = event.ByScreening

// Store is what the service needs of the database. When the context carries an event.Receipt, RecordReview marks it in its
// transaction, and a call whose receipt is done already changes nothing.
type Store interface {
	// RecordReview keeps how a step of an order's review was decided, and by whom, and states ReviewDone when no step is left
	// or this one refuses the order. It reports whether the decision holds: the first one does, and none after the order
	// was cancelled. An order that is not in review yet, or has no such step, is fault.Conflict.
	RecordReview(ctx context.Context, orderID int64, step string, passed bool, by, note string) (holds bool, err error)
	// OrderRef returns an order's reference, or fault.NotFound.
	OrderRef(ctx context.Context, orderID int64) (ref.Order, error)
	// TakeReviews returns orders that wait for a step since before the given time and are to be asked about now, at most
	// limit, those first that have waited longest for it, and puts each off: by some minutes, and twice as long each time,
	// up to again. Of many callers one gets an order.
	TakeReviews(ctx context.Context, step string, before time.Time, again time.Duration, limit int) ([]event.OpenReview, error)
	// PutOff lets an order be asked about at a time, and keeps why. The asker is the step.
	PutOff(ctx context.Context, asker string, orderID int64, until time.Time, why string) error
}

// Check is what the partner is asked.
type Check struct {
	Key                  string // idempotency key
	OrderID              int64
	Amount               money.Amount
	Market, CustomerType string
	Name, Email          string
	Test                 bool // not a real order
}

// Outcome is what the partner answers.
type Outcome string

// The outcomes of a check.
const (
	Passed  Outcome = "passed"
	Refused Outcome = "refused"
	Later   Outcome = "later" // the partner will call back
)

// Screening is the third party that checks orders. Its calls are bounded in time.
type Screening interface {
	// Check asks about an order, once for each key.
	Check(ctx context.Context, c Check) (Outcome, error)
}

// Service is the fraud service. All exported fields must be set.
type Service struct {
	Store     Store
	Screening Screening
	Verify    callbacks.Verifier
	// RemindAfter tells how long an order may wait for the partner before it is asked again; 0: for ever.
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

// decided keeps what the partner says. Whether that still counts is no matter to it.
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

// outcomes are what a callback of each type says.
var outcomes = map[string]Outcome{"check.passed": Passed, "check.refused": Refused}

// calledBack keeps what the partner says in a callback.
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
