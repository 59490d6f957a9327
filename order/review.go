package order

import (
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Reviewed returns the order after a step of its review was decided, the events that this causes (none, or that the
// review is over), and
// whether the decision holds: the first one does. Where it takes two persons to pass the order, the first one's yes is kept, and the step is
// open until another one says yes or no. After it, and when the review is over because another step refused the
// order or it was cancelled, nothing changes, and only the same decision holds. A step that the order does not
// have, or not yet, is fault.Conflict.
func (o Order) WithReview(d Review, now time.Time) (after Order, done []event.Event, holds bool, err error) {
	at := slices.IndexFunc(o.Reviews, func(r Review) bool { return r.Step == d.Step })
	switch {
	case at < 0:
		return o, nil, false, fault.New(fault.Conflict, "order %d has no review %q", o.ID, d.Step)
	case o.Reviews[at].State != ReviewOpen:
		return o, nil, o.Reviews[at].State == d.State, nil
	case o.Status == Cancelled, o.refused():
		return o, nil, false, nil
	case o.Status != InReview:
		return o, nil, false, fault.New(fault.Conflict, "order %d is %s; it is not in review", o.ID, o.Status)
	}
	d.At = now.UTC().Truncate(time.Millisecond)
	if d, err = o.Reviews[at].decided(d); err != nil {
		return o, nil, false, fmt.Errorf("order %d: %w", o.ID, err)
	}
	o.Reviews = slices.Clone(o.Reviews)
	o.Reviews[at] = d
	if o.reviewed() || o.refused() {
		done = []event.Event{o.reviewDone()}
	}
	return o, done, true, nil
}

// reviewed reports whether the order has passed all its reviews; one without any has.
func (o Order) reviewed() bool {
	return !slices.ContainsFunc(o.Reviews, func(r Review) bool { return r.State != ReviewPassed })
}

// refused reports whether a review refused the order.
func (o Order) refused() bool {
	return slices.ContainsFunc(o.Reviews, func(r Review) bool { return r.State == ReviewRefused })
}

// ReviewRequest is what the services that review the order get.
func (o Order) ReviewRequest() event.ReviewRequested {
	e := event.ReviewRequested{
		OrderID: o.ID, Ref: o.Ref(), Name: o.Customer.Name, Email: o.Customer.Email, CustomerType: o.CustomerType, Market: o.Market,
		Products: o.Products.String(), TotalPrice: o.Total.Minor, Currency: string(o.Total.Currency), TestID: o.TestID, RulesVersion: o.Rules,
	}
	for _, r := range o.Reviews {
		e.Steps = append(e.Steps, r.Step)
	}
	return e
}

func (o Order) reviewDone() event.Event {
	e := event.ReviewDone{OrderID: o.ID, Passed: !o.refused(), TestID: o.TestID, RulesVersion: o.Rules}
	for _, r := range o.Reviews {
		e.Reviews = append(e.Reviews, event.Review{Step: r.Step, State: r.State, By: r.By})
	}
	return e
}

// OpenReview is the order as its reviewers see it.
func (o Order) OpenReview() event.OpenReview {
	seen := event.OpenReview{Request: o.ReviewRequest(), CatalogTotal: o.CatalogTotal(), Since: o.StatusAt}
	for _, r := range o.Reviews {
		seen.Two = seen.Two || r.Two
		if r.WaitsForSecond() {
			seen.First = append(seen.First, event.FirstYes{Step: r.Step, By: r.First})
		}
	}
	return seen
}

// Decision is how a step was decided.
func Decision(step string, passed bool, by, note string) Review {
	r := Review{Step: step, State: ReviewRefused, By: by, Note: note}
	if passed {
		r.State = ReviewPassed
	}
	return r
}
