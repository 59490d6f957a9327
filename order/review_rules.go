package order

import (
	"slices"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// ReviewRule says which orders must pass a review: those to which all of it applies.
type ReviewRule struct {
	Markets       []string                 // none: all
	CustomerTypes []string                 // none: all
	Over          map[money.Currency]int64 // orders that cost more than so many minor units; none: all
}

// Approval is the review by a person, which makes an organization known.
const Approval = "approval"

// ReviewsOf returns the reviews that a new order must pass: those with at least one rule that applies, by name. An order of
// an organization that is not known needs approval where the rules say so.
func (r *Rules) ReviewsOf(o Order, known bool) (open []Review) {
	for _, step := range slices.Sorted(slices.Values(event.ReviewSteps())) {
		applies := slices.ContainsFunc(r.Reviews[step], func(rule ReviewRule) bool { return rule.applies(o) })
		if applies || step == Approval && !known && r.approvesNew(o) {
			open = append(open, Review{Step: step, State: ReviewOpen, Two: r.takesTwo(step, o)})
		}
	}
	return open
}

// approvesNew reports whether an order needs approval unless its organization is known.
func (r *Rules) approvesNew(o Order) bool {
	n := r.CustomerTypes[o.CustomerType].OrgNumber
	return o.TestID == 0 && n != nil && n.ApproveNew && !slices.Contains(n.Known, o.OrgNumber)
}

func (r ReviewRule) applies(o Order) bool {
	over, priced := r.Over[o.Total.Currency]
	return (len(r.Markets) == 0 || slices.Contains(r.Markets, o.Market)) &&
		(len(r.CustomerTypes) == 0 || slices.Contains(r.CustomerTypes, o.CustomerType)) &&
		(len(r.Over) == 0 || priced && o.Total.Minor > over)
}
