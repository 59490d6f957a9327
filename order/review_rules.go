package order

import (
	"maps"
	"slices"

	"acme.example/webshop/money"
)

// ReviewRule says which orders must pass a review: those to which all of it applies.
type ReviewRule struct {
	Markets       []string                 // none: all
	CustomerTypes []string                 // none: all
	Over          map[money.Currency]int64 // orders that cost more than so many minor units; none: all
}

// ReviewsOf returns the reviews that a new order must pass: those of which at least one rule applies, by name.
func (r *Rules) ReviewsOf(o Order) (open []Review) {
	for _, step := range slices.Sorted(maps.Keys(r.Reviews)) {
		if slices.ContainsFunc(r.Reviews[step], func(rule ReviewRule) bool { return rule.applies(o) }) {
			open = append(open, Review{Step: step, State: ReviewOpen})
		}
	}
	return open
}

func (r ReviewRule) applies(o Order) bool {
	over, priced := r.Over[o.Total.Currency]
	return (len(r.Markets) == 0 || slices.Contains(r.Markets, o.Market)) &&
		(len(r.CustomerTypes) == 0 || slices.Contains(r.CustomerTypes, o.CustomerType)) &&
		(len(r.Over) == 0 || priced && o.Total.Minor > over)
}
