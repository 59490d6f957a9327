package order

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Stock is how many pieces of a counted product the shop has received, and how many of them living orders have taken.
type Stock struct {
	SKU      string
	Received int64
	Taken    int64
}

// Left is how many pieces can be sold.
func (s Stock) Left() int64 { return s.Received - s.Taken }

// Pieces is a number of pieces of a counted product.
type Pieces struct {
	SKU      string `json:"sku"`
	Quantity int64  `json:"quantity"`
}

// counted is what an order takes of the counted products, by SKU. A test order takes nothing, and neither does a gift, which
// the shop sets aside.
func (r *Rules) counted(items event.Items, test bool) (pieces []Pieces) {
	if test {
		return nil
	}
	for _, item := range items {
		p, _ := r.product(strings.TrimSpace(item.SKU))
		if p.Stock == nil {
			continue
		}
		i := slices.IndexFunc(pieces, func(has Pieces) bool { return has.SKU == p.SKU })
		if i < 0 {
			pieces, i = append(pieces, Pieces{SKU: p.SKU}), len(pieces)
		}
		pieces[i].Quantity += item.Quantity
	}
	slices.SortFunc(pieces, func(a, b Pieces) int { return cmp.Compare(a.SKU, b.SKU) })
	return pieces
}

// starts is what the rules say of the products that an order takes pieces of. It holds for a product that is not in the store:
// its count begins with its first order.
func (r *Rules) starts(o Order) (all []Stock) {
	for _, pieces := range o.Terms.Reserved {
		p, _ := r.product(pieces.SKU)
		all = append(all, Stock{SKU: pieces.SKU, Received: *p.Stock})
	}
	return all
}

// Counted is a counted product with its count.
type Counted struct {
	Stock
	Begins int64 // what the rules say: how many there are when the count begins
	Low    int64
}

// Few reports whether so few pieces are left that the rules call it few, or none.
func (c Counted) Few() bool { return c.Left() <= c.Low }

// Counted returns the counts of the counted products, in the order of the catalog. Without any, it asks no store.
func (s *Service) Counted(ctx context.Context) ([]Counted, error) {
	rules, err := s.Rules.Active()
	if err != nil {
		return nil, err
	}
	return s.counted(ctx, rules)
}

func (s *Service) counted(ctx context.Context, r *Rules) (all []Counted, err error) {
	for _, p := range r.Catalog {
		if p.Stock != nil {
			all = append(all, Counted{Stock{SKU: p.SKU, Received: *p.Stock}, *p.Stock, p.Low})
		}
	}
	if all == nil {
		return nil, nil
	}
	begun, err := s.Store.Stock(ctx)
	for i, c := range all {
		if at, has := slices.BinarySearchFunc(begun, c.SKU, func(s Stock, sku string) int { return cmp.Compare(s.SKU, sku) }); has {
			all[i].Stock = begun[at]
		}
	}
	return all, err
}

// enough refuses a cart of more pieces than are left.
func (s *Service) enough(ctx context.Context, r *Rules, products string) error {
	wanted := r.counted(event.ParseItems(products), false)
	if len(wanted) == 0 {
		return nil
	}
	counted, err := s.counted(ctx, r)
	if err != nil {
		return err
	}
	var stock []Stock
	for _, c := range counted {
		stock = append(stock, c.Stock)
	}
	return enough(wanted, stock)
}

// show tells customers whether there are any left of a product, and how many.
func (e *catalogEntry) show(counted []Counted, most int) {
	e.Available = true
	i := slices.IndexFunc(counted, func(c Counted) bool { return c.SKU == e.SKU })
	if i < 0 {
		return
	}
	left := counted[i].Left()
	e.Available, e.Few = left > 0, counted[i].Few()
	if e.Few || left < int64(most) {
		e.Left = &left
	}
}

// enough refuses an order that wants more pieces than are left, and names each product.
func enough(wanted []Pieces, stock []Stock) error {
	var wrong []fault.Field
	for _, s := range stock {
		i := slices.IndexFunc(wanted, func(p Pieces) bool { return p.SKU == s.SKU })
		if i >= 0 && wanted[i].Quantity > s.Left() {
			wrong = append(wrong, fault.Field{Name: "products", Detail: scarce(s)})
		}
	}
	if wrong == nil {
		return nil
	}
	return &fault.Error{Code: fault.SoldOut, Message: "the shop does not have so many; take fewer", Fields: wrong}
}

func scarce(s Stock) string {
	if left := s.Left(); left > 0 {
		return fmt.Sprintf("only %d left of %s", left, s.SKU)
	}
	return s.SKU + " is sold out"
}

// holds reports whether the order has the pieces that it took: until it is declined or cancelled.
func (o Order) holds() bool {
	return o.Status != "" && o.Status != PaymentDeclined && o.Status != Cancelled
}

// StockTaken is how many more pieces a change of an order takes; less than 0 gives them back. An order without a status is not
// there.
func StockTaken(before, after Order) []Pieces {
	switch {
	case len(after.Terms.Reserved) == 0 || before.holds() == after.holds():
		return nil
	case after.holds():
		return after.Terms.Reserved
	}
	back := slices.Clone(after.Terms.Reserved)
	for i := range back {
		back[i].Quantity = -back[i].Quantity
	}
	return back
}
