package order

import (
	"slices"
	"time"

	"acme.example/webshop/pricing"
)

// Recreate makes an order once more from what its customer asked for, at the time when it was made: what it would have been
// under these rules, without a number or status. Codes that they do not know are left out, and none is used up. The price is
// what the rules say, whatever the customer was shown. The organization is known
// if the order had no approval to pass. An order that they do not accept is the error of Accept; the observer is told of
// offers that failed.
func (r *Rules) Recreate(o Order, observe pricing.Observer) (Order, error) {
	d := o.asked()
	d.Codes = slices.DeleteFunc(d.Codes, func(code string) bool { _, known := r.prices.Coded(code); return !known })
	switch market := r.Markets[d.Market]; {
	case d.TestID == 0:
		d.TotalPrice, d.Currency = r.total(d, o.CreatedAt), market.Currency
	case market.Currency != d.Currency:
		d.TotalPrice, d.Currency = o.CatalogTotal(), ""
	}
	again, err := r.make(d, o.CreatedAt, observe, nil) // what a customer may type today is no matter of the rules
	if !slices.ContainsFunc(o.Reviews, func(review Review) bool { return review.Step == Approval }) {
		again.Reviews = r.ReviewsOf(again, true) // whether its organization was known then is not known any more
	}
	return again, err
}

// total is what a draft costs in its market's currency; 0 for one that Accept refuses for another reason.
func (r *Rules) total(d Draft, at time.Time) int64 {
	var none problems
	items, ok := r.parseProducts(d.Products, false, &none)
	if _, known := r.Markets[d.Market]; !ok || !known {
		return 0
	}
	q, _ := r.quote(d, items, nil, at, nil, &none)
	return q.Total
}
