package order

import (
	"acme.example/webshop/event"
	"acme.example/webshop/pricing"
)

// quoteOf is what was agreed with an order's customer, in the form of a quote, with the names of the order's own rules; nil
// for an order that has no lines.
func (r *Rules) quoteOf(o Order) *quoted {
	if len(o.Terms.Lines) == 0 {
		return nil
	}
	q := pricing.Quote{Currency: o.Total.Currency, Lines: o.Terms.Lines, Taxes: o.Terms.Taxes, Total: o.Total.Minor}
	at := map[string]int{} // where an offer is among those of the quote, which are in the order of the lines
	for _, l := range q.Lines {
		if l.Charge == "" {
			q.Subtotal += l.UnitPrice * l.Quantity
		}
		for _, off := range l.Off {
			i, seen := at[off.Offer]
			if !seen {
				i = len(q.Offers)
				at[off.Offer] = i
				q.Offers = append(q.Offers, event.Off{Offer: off.Offer, Gift: off.Gift})
			}
			q.Offers[i].Amount += off.Amount
		}
	}
	for _, code := range o.Terms.Codes {
		q.Codes = append(q.Codes, pricing.Code{Code: code, State: pricing.CodeApplied})
	}
	out := r.present(o.Market, q)
	out.RulesVersion, out.TotalPrice, out.Jurisdiction = o.Rules, o.CatalogTotal(), o.Terms.Jurisdiction
	return &out
}
