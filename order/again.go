package order

import (
	"slices"
	"strings"
)

// Again makes an order once more from what its customer asked for, at the time when it was made: what it would have been
// under these rules, without a number or status. The price is what the rules say, whatever the customer was shown. An
// order that they do not accept is the error of Accept.
func (r *Rules) Again(o Order) (Order, error) {
	d := o.asked()
	if d.TestID == 0 {
		d.TotalPrice = r.total(d)
	}
	return r.Accept(d)
}

// total is what a draft costs; 0 for one that Accept refuses for another reason.
func (r *Rules) total(d Draft) int64 {
	var none problems
	skus, ok := r.parseProducts(d.Products, false, &none)
	market, known := r.Markets[d.Market]
	if !ok || !known {
		return 0
	}
	total, err := r.sum(skus, market)
	if err != nil {
		return 0
	}
	return total.Minor
}

// asked is what the customer of an order asked for: pieces that the shop added are left out.
func (o Order) asked() Draft {
	c := o.Customer
	return Draft{
		Name: c.Name, Email: c.Email, Phone: c.Phone, Street: c.Street, City: c.City, CustomerType: o.CustomerType, Market: o.Market,
		Products: o.pieces(), TotalPrice: o.Total.Minor, TestID: o.TestID, OrgNumber: OrgNumber(o.OrgNumber),
	}
}

// pieces are the SKUs that were asked for, as in Products.
func (o Order) pieces() string {
	if len(o.Terms.Lines) == 0 {
		return o.Products
	}
	var all []string
	for _, l := range o.Terms.Lines {
		if !l.Gift {
			all = append(all, slices.Repeat([]string{l.SKU}, int(l.Quantity))...)
		}
	}
	return strings.Join(all, ",")
}
