// Package approval is a step that some orders must pass before they are placed: a person says yes or no.
//
// It guarantees: the first decision counts, and of two at once one is told so; who decided, and why, is kept with the
// order; a test order approves itself, so that its way needs nobody.
package approval

import (
	"cmp"
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Step is what the review is called.
const Step = "approval"

// byItself is who decides about test orders.
const byItself = "test"

// maxListed bounds the list of orders that wait.
const maxListed = 500

// Store is what the service needs of the database. When the context carries an event.Receipt, RecordReview marks it in its
// transaction, and a call whose receipt is done already changes nothing.
type Store interface {
	// RecordReview keeps how a step of an order's review was decided, and by whom, and states ReviewDone when no step is left
	// or this one refuses the order. It reports whether the decision holds: the first one does, and none after the order
	// was cancelled. An order that is not in review yet, or has no such step, is fault.Conflict. Where it takes two persons
	// to pass the order, the first one's yes is kept, and the step stays open; the same one's again is fault.Conflict.
	RecordReview(ctx context.Context, orderID int64, step string, passed bool, by, note string) (holds bool, err error)
	// OpenReviews returns orders that wait for a step since before the given time, oldest first.
	OpenReviews(ctx context.Context, step string, before time.Time, limit int) ([]event.OpenReview, error)
}

// Service is the approval service. All fields must be set.
type Service struct {
	Store Store
	Who   func(context.Context) string // who asks
	Now   func() time.Time
	// First returns the name of the first of two persons who approved an order at a step that waits for the second, or "".
	First func(ctx context.Context, orderID int64, step string) (string, error)
}

// Decide keeps what a person says about a step of an order's review: about this one, or about another one that does not
// come to its end by itself. To say the same again changes nothing; to say something else, or anything about an order that
// was cancelled, is fault.Conflict. So is the yes of someone who was the first of two persons to say it, and of someone
// without a name of their own where it takes two.
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
