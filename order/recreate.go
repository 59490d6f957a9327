package order

import (
	"slices"
	"time"

	"acme.example/webshop/event"
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

// asked is what the customer of an order asked for: pieces that the shop added are left out.
func (o Order) asked() Draft {
	c := o.Customer
	return Draft{
		Name: c.Name, Email: c.Email, Phone: c.Phone, Street: c.Street, City: c.City, CustomerType: o.CustomerType, Market: o.Market,
		Products: o.withoutGifts().String(), TotalPrice: o.Total.Minor, Currency: o.Total.Currency, TestID: o.TestID, OrgNumber: OrgNumber(o.OrgNumber),
		Codes: slices.Clone(o.Terms.Codes), Details: o.Terms.Details,
	}
}

// withoutGifts is what the customer asked for.
func (o Order) withoutGifts() (items event.Items) {
	if len(o.Terms.Lines) == 0 {
		return o.Products
	}
	for _, l := range o.Terms.Lines {
		if !l.Gift {
			items = append(items, event.Item{SKU: l.SKU, Quantity: l.Quantity})
		}
	}
	return items
}
