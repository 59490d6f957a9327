// Package approval is a review that some orders must pass before they are placed: a person approves or refuses them.
//
// It guarantees: the first decision counts, and a concurrent one gets an error; who decided, and why, is stored with the
// order; a test order approves itself, so that it needs no person.
package approval

import (
	"cmp"
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Step is the name of the review.
const Step = "approval"

// byItself is the decider of test orders.
const byItself = "test"

// maxListed bounds the list of waiting orders.
const maxListed = 500

// Store is what the service needs of the database. If the context carries an event.Receipt, RecordReview marks it done in
// its transaction, and a call whose receipt is already done changes nothing.
type Store interface {
	// RecordReview stores the decision of a step of an order's review, and who decided, and journals ReviewDone if no
	// step is left or this one refuses the order. It reports whether the decision counts: the first one does, and none
	// after the order was cancelled. If the order is not in review yet, or has no such step, the error is fault.Conflict.
	// If two persons must approve the order, the first approval is stored and the step stays open; another one by the
	// same person is fault.Conflict.
	RecordReview(ctx context.Context, orderID int64, step string, passed bool, by, note string) (holds bool, err error)
	// OpenReviews returns orders that have waited for a step since before the given time, oldest first.
	OpenReviews(ctx context.Context, step string, before time.Time, limit int) ([]event.OpenReview, error)
}

// Service is the approval service. All fields must be set.
type Service struct {
	Store Store
	Who   func(context.Context) string // the caller's name
	Now   func() time.Time
	// First returns the name of the first of two persons who approved an order at a step that waits for the second, or "".
	First func(ctx context.Context, orderID int64, step string) (string, error)
}

// Decide stores a person's decision about a step of an order's review: this one, or another one that does not end by
// itself. The same decision again changes nothing. The error is fault.Conflict for another decision, for a cancelled
// order and, if two persons must approve, for a second approval by the same person or one without a name.
func (s *Service) Decide(ctx context.Context, orderID int64, step string, passed bool, note string) error {
	holds, err := s.Store.RecordReview(ctx, orderID, cmp.Or(step, Step), passed, s.Who(ctx), note)
	if err == nil && !holds {
		err = fault.New(fault.Conflict, "the review of order %d is over: it was decided otherwise, or the order was cancelled", orderID)
	}
	return err
}

// Waiting returns the orders that wait for a step of their review, oldest first.
func (s *Service) Waiting(ctx context.Context, step string) ([]event.OpenReview, error) {
	return s.Store.OpenReviews(ctx, cmp.Or(step, Step), s.Now().Add(time.Minute), maxListed) // clocks differ
}

// OnReviewRequested approves a test order. A real one waits for a person.
func (s *Service) OnReviewRequested(ctx context.Context, e event.ReviewRequested) error {
	if !e.Asks(Step) || e.TestID == 0 {
		return nil
	}
	_, err := s.Store.RecordReview(ctx, e.OrderID, Step, true, byItself, "")
	return err
}
