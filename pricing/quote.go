package pricing

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// Cart is what a customer wants to buy.
type Cart struct {
	Market       string
	CustomerType string
	Jurisdiction string            // one of the market's; "" for one without any
	Details      map[string]string // the answers that the customer type requires, as far as given
	Items        event.Items       // without spaces around the SKUs
	Codes        []string          // as Codes returns them
	UsedUp       []string          // those that must not be used any more
	Now          time.Time
}

// Quote is a priced cart. All amounts are in minor units of the currency.
type Quote struct {
	Currency money.Currency
	Lines    []event.Line // the products, the gifts, the charges
	Subtotal int64        // unit price by quantity of all products, gifts too: before offers, charges and added taxes
	Offers   []event.Off  // what each offer takes off, in the order of application
	Taxes    []event.Tax  // in the order of the market's rates, without zeros
	Total    int64
	Codes    []Code
}

// Code is a code that the customer gave, and its state.
type Code struct {
	Code, Offer string
	State       CodeState
}

// CodeState is the state of a code.
type CodeState string

// The states of a code.
const (
	CodeApplied       CodeState = "applied"
	CodeNotApplicable CodeState = "not-applicable" // its offer's conditions do not hold for this cart
	CodeUnknown       CodeState = "unknown"
	CodeUsedUp        CodeState = "used-up"
)

// Observer is called if an offer fails for a cart, and is left out.
type Observer func(offer string, err error)

var (
	errUnknown  = errors.New("pricing: not known")
	errEmpty    = errors.New("pricing: the cart is empty")
	errTooLarge = fmt.Errorf("pricing: the cart: %w", money.ErrOverflow)
)

// most bounds a subtotal, so that no sum of it and its taxes overflows.
const most = math.MaxInt64 / 256

// Quote prices a cart. An unknown market or SKU, an empty cart, and one too large for 64 bits, are errors.
func (s *Set) Quote(c Cart, observe Observer) (Quote, error) {
	b, err := s.open(c)
	if err != nil {
		return Quote{}, err
	}
	b.observe = observe
	if err := b.applyOffers(s, c.usable()); err != nil {
		return Quote{}, err
	}
	b.charge(c.Jurisdiction)
	if err := b.tax(); err != nil {
		return Quote{}, err
	}
	b.payable()
	return b.quote(s, c), nil
}

// usable returns the codes that may have an effect.
func (c Cart) usable() (codes []string) {
	for _, code := range c.Codes {
		if !slices.Contains(c.UsedUp, code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// bill is a cart being priced.
type bill struct {
	scene
	lines   []*line // the cart's by SKU, then the gifts, then the charges
	offers  []event.Off
	gifts   []event.Off // whose prices are not taken off yet
	room    int64       // how much more offers may take off
	taxes   []event.Tax
	observe Observer
}

// line is a line being priced.
type line struct {
	event.Line
	category string
	left     int64 // of its price, after the offers so far
	added    int64 // taxes on top, less what the price has in it of taxes that are not owed
}

// open returns a bill without offers and taxes.
func (s *Set) open(c Cart) (*bill, error) {
	market, known := s.markets[c.Market]
	if !known {
		return nil, fmt.Errorf("%w: market %q", errUnknown, c.Market)
	}
	if len(c.Items) == 0 {
		return nil, errEmpty
	}
	market.Tax = market.Tax.In(c.Jurisdiction)
	b := &bill{scene: scene{customer: c.CustomerType, details: c.Details, name: c.Market, market: &market, now: c.Now}}
	for _, item := range c.merged() {
		l, err := s.line(&market, item.SKU, item.Quantity)
		if err != nil {
			return nil, err
		}
		if b.add(l); b.subtotal > most {
			return nil, errTooLarge
		}
	}
	return b, nil
}

// merged returns the items sorted by SKU, without duplicates.
func (c Cart) merged() (items event.Items) {
	sorted := slices.SortedFunc(slices.Values(c.Items), func(a, b event.Item) int { return cmp.Compare(a.SKU, b.SKU) })
	for _, item := range sorted {
		if last := len(items) - 1; last >= 0 && items[last].SKU == item.SKU {
			items[last].Quantity += item.Quantity
		} else {
			items = append(items, item)
		}
	}
	return items
}

// line returns a new line of pieces.
func (s *Set) line(market *Market, sku string, quantity int64) (*line, error) {
	price, priced := market.Prices[sku]
	if !priced {
		return nil, fmt.Errorf("%w: product %q", errUnknown, sku)
	}
	total, err := money.MulDiv(price, quantity, 1)
	if err != nil || total > most {
		return nil, errTooLarge
	}
	return &line{
		Line:     event.Line{SKU: sku, Class: s.classes[sku], Quantity: quantity, UnitPrice: price},
		category: s.categories[sku], left: total,
	}, nil
}

func (b *bill) add(l *line) {
	b.lines = append(b.lines, l)
	b.items = append(b.items, Item{SKU: l.SKU, Category: l.category, Quantity: l.Quantity, Price: l.UnitPrice, Total: l.left})
	b.subtotal += l.left
	b.pieces += l.Quantity
}

// quote adds everything up.
func (b *bill) quote(s *Set, c Cart) Quote {
	q := Quote{Currency: b.market.Currency, Offers: b.offers, Taxes: b.taxes}
	for _, l := range b.lines {
		l.Total = l.left + l.added
		q.Lines = append(q.Lines, l.Line)
		if l.Charge == "" {
			q.Subtotal += l.UnitPrice * l.Quantity
		}
		q.Total += l.Total
	}
	for _, code := range c.Codes {
		q.Codes = append(q.Codes, b.code(s, code, c.UsedUp))
	}
	slices.SortFunc(q.Codes, func(a, b Code) int { return cmp.Compare(a.Code, b.Code) })
	return q
}

func (b *bill) code(s *Set, code string, usedUp []string) Code {
	name, known := s.codes[code]
	state := CodeNotApplicable
	switch {
	case !known:
		state = CodeUnknown
	case slices.Contains(usedUp, code):
		state = CodeUsedUp
	case slices.ContainsFunc(b.offers, func(o event.Off) bool { return o.Offer == name }):
		state = CodeApplied
	}
	return Code{code, name, state}
}

// Amount returns the price of the whole cart.
func (q Quote) Amount() money.Amount { return money.Amount{Minor: q.Total, Currency: q.Currency} }
