package order

import (
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// Replacement is what the rules make of the pieces that are to be brought again.
type Replacement struct {
	Products event.Items
	Rules    int64    // the version that the new order is made under
	Reserved []Pieces // what it takes of counted products
	Tracked  bool
}

// replacement says how some pieces of an order, or all of them, are brought again. Pieces that it does not have are fault.Invalid.
func (r *Rules) replacement(o Order, pieces event.Items) (*Replacement, error) {
	market, sells := r.Markets[o.Market]
	if !sells {
		return nil, fault.New(fault.Conflict, "the shop does not sell in the market %s any more; give the money back", o.Market)
	}
	if len(pieces) == 0 {
		pieces = o.Products
	}
	has, asked := map[string]int64{}, map[string]int64{}
	for _, item := range o.Products {
		has[item.SKU] += item.Quantity
	}
	for _, item := range pieces {
		if asked[item.SKU] += item.Quantity; item.Quantity <= 0 || asked[item.SKU] > has[item.SKU] {
			return nil, fault.InvalidField("lines", "must be pieces of the order: of %s there are %d", item.SKU, has[item.SKU])
		}
	}
	return &Replacement{Products: pieces, Rules: r.Version, Reserved: r.counted(pieces, o.TestID != 0), Tracked: market.Tracked && o.TestID == 0}, nil
}

// starts is Rules.starts for the pieces of a replacement.
func (r *Rules) startsOf(n *Replacement) []Stock {
	if n == nil {
		return nil
	}
	return r.starts(Order{Terms: Terms{Reserved: n.Reserved}})
}

// replacedBy is the new order that brings pieces of an order again: to the same customer at the same address, and for nothing.
func (o Order) replacedBy(n *Replacement, now time.Time) Order {
	made := Order{
		Status: Created, StatusAt: now, CreatedAt: now, Customer: o.Customer, CustomerType: o.CustomerType, Market: o.Market, OrgNumber: o.OrgNumber,
		Products: n.Products, Total: money.Amount{Currency: o.Total.Currency}, TestID: o.TestID, Rules: n.Rules, Address: o.Address, Language: o.Language,
		Terms: Terms{Details: o.Terms.Details, Reserved: n.Reserved, Tracked: n.Tracked, Replaces: o.ID},
	}
	if o.TestID == 0 {
		for _, item := range n.Products {
			made.Terms.Lines = append(made.Terms.Lines, event.Line{SKU: item.SKU, Quantity: item.Quantity})
		}
	}
	return made
}

// replace stores the order that replaces another one, and returns it.
func replace(tx Tx, o Order, n *Replacement) (Order, error) {
	if err := enough(n.Reserved, tx.Stock()); err != nil {
		return Order{}, err
	}
	return tx.Insert(o.replacedBy(n, tx.Now()))
}
