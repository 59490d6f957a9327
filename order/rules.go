package order

import (
	"context"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/pricing"
)

// Rules is what the business decides, as data (package rules). They are never changed: another version is other rules.
type Rules struct {
	Version       int64          // each order keeps that which it was made under
	Currency      money.Currency // of the catalog's prices
	Catalog       []Product
	Markets       map[string]Market
	CustomerTypes map[string]CustomerType
	// Reviews are the reviews that there are, with the orders that must pass them.
	Reviews map[string][]ReviewRule
	// SecondPersonOver says which orders in review it takes two persons to pass: real ones that cost more than so many minor
	// units. A currency that is not in it has no such limit.
	SecondPersonOver map[money.Currency]int64

	Offers map[string]Offer
	Limits Limits
	// MaxPieces bounds one order.
	MaxPieces int
	// DoubleSubmit is for how long the same real order, sent again without an Idempotency-Key, is taken for a mistake.
	DoubleSubmit time.Duration
	// KeyHold is for how long an Idempotency-Key is remembered.
	KeyHold time.Duration

	prices *pricing.Set // of Prepare
}

// Rulebook holds the rules in all their versions.
type Rulebook interface {
	// Active returns the rules that new orders are made under, or fault.Unavailable while this process has none that it
	// can read.
	Active() (*Rules, error)
	// Of returns the rules that an order was made under (Order.Rules).
	Of(ctx context.Context, version int64) (*Rules, error)
}

// Active returns the rules: by themselves they are a book of one version.
func (r *Rules) Active() (*Rules, error) { return r, nil }

// Of returns the rules, whichever version is asked for.
func (r *Rules) Of(context.Context, int64) (*Rules, error) { return r, nil }

// Product is one thing to buy. Texts are by language.
type Product struct {
	SKU         string
	Name        map[string]string
	Description map[string]string
	Category    string       // for offers and taxes; "" for none
	Drawing     string       // which drawing the pages show; "" for none
	Price       money.Amount // in the catalog's currency
}

// Market is where the shop sells.
type Market struct {
	Currency money.Currency
	Rate     *money.Rate // from the catalog's currency; nil where they are the same
	Language string
	Zone     *time.Location
	Provider string // the payment provider for what is paid at once
	Tax      pricing.Tax
}

// CustomerType is a kind of customer and what it takes to order as one.
type CustomerType struct {
	PaysAtOnce bool              // else by invoice
	Markets    []string          // where it may order
	OrgNumber  *Digits           // nil: none is asked for
	Label      map[string]string // by language; nil for none
	Details    []Detail          // what else it asks for
}

// Digits is what organization numbers look like, and which organizations the shop trusts.
type Digits struct {
	Min, Max   int
	ApproveNew bool     // a person approves the orders of an organization until one has been approved
	Known      []string // organizations that need no approval
}

func (r *Rules) product(sku string) (Product, bool) {
	for _, p := range r.Catalog {
		if p.SKU == sku {
			return p, true
		}
	}
	return Product{}, false
}

// PriceIn is the product's price in a market's currency.
func (m Market) PriceIn(p Product) (money.Amount, error) {
	if m.Rate == nil {
		return p.Price, nil
	}
	return m.Rate.Convert(p.Price, m.Currency)
}
