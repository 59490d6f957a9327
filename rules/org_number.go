package rules

import (
	"maps"
	"slices"

	"acme.example/webshop/order"
)

// orgNumber checks the organization number of a customer type that may order in some markets.
func (c *checker) orgNumber(n orgNumberEntry, markets []string, at string) *order.OrgNumbers {
	c.require(n.MaxDigits >= n.MinDigits, at+".maxDigits", "must not be less than minDigits")
	made := &order.OrgNumbers{Min: n.MinDigits, Max: n.MaxDigits, Markets: map[string]order.Detail{}, ApproveNew: n.ApproveNew}
	for _, name := range slices.Sorted(maps.Keys(n.Markets)) {
		form, place := n.Markets[name], at+".markets."+name
		c.require(slices.Contains(markets, name), place, "this customer type cannot order in %s", name)
		d, err := order.NewDetail("orgNumber", form.Pattern, "")
		c.need(err == nil, place+".pattern", "%v", err)
		d.Label, d.Hint, d.Required = form.Label, form.Hint, true
		made.Markets[name] = d
	}
	for _, market := range markets {
		_, own := n.Markets[market]
		c.require(own || n.MinDigits > 0, at+".minDigits", "is missing, and markets does not say what the number is like in %s", market)
	}
	for _, known := range n.Known {
		made.Known = append(made.Known, string(order.OrgNumber(known).Plain()))
	}
	return made
}
