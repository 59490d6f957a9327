package pricing

import (
	"time"

	"acme.example/webshop/money"
)

// Spec is what a Set is made of.
type Spec struct {
	Products      []Product
	Markets       map[string]Market
	CustomerTypes map[string][]string // the markets of each
	Offers        map[string]Offer
	MaxPieces     int       // of one cart
	Now           time.Time // when offers are tried
}

// Product is one thing to buy.
type Product struct {
	SKU      string
	Category string // "" for none
}

// Market is where a cart is bought.
type Market struct {
	Currency money.Currency
	Language string
	Zone     *time.Location
	Prices   map[string]int64 // of one piece, by SKU
	Tax      Tax
}

// Tax is how a market taxes.
type Tax struct {
	Included bool // prices hold the taxes; else they are added
	Rates    []Rate
}

// Rate is one tax. It applies to all customers and products, unless it names some.
type Rate struct {
	Name          string
	Percent       money.Percent
	Categories    []string
	CustomerTypes []string
}

// Offer is one offer. Exactly one of Percent, Amounts, Amount and Free is its effect.
type Offer struct {
	When  string // CEL bool over the cart; "" always holds
	Items string // CEL bool over item: which lines it is for; "" for all

	Percent money.Percent
	Nth     int64 // the percentage is for every nth piece only; 0 for all
	Amounts map[money.Currency]int64
	Amount  string // CEL int, in minor units
	Free    Free

	Code        string // the customer must give it; "" for none
	From, Until Clock  // of the market; zero for no bound. Until is the first moment after the offer
	Priority    int    // higher ones come first
	Excludes    []string
}

// Free is pieces that the shop adds.
type Free struct {
	SKU      string
	Quantity int64
}

// Clock is a time on the wall of a place: 2026-11-28T00:00. The zero Clock is none.
type Clock struct{ wall time.Time }

// ClockLayout is how a Clock is written.
const ClockLayout = "2006-01-02T15:04"

// ParseClock reads a time on the wall.
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse(ClockLayout, s)
	return Clock{t}, err
}

// IsZero reports whether there is none.
func (c Clock) IsZero() bool { return c.wall.IsZero() }

// In is when it is that time in a zone.
func (c Clock) In(zone *time.Location) time.Time {
	w := c.wall
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), 0, 0, zone)
}

// Problem is what is wrong with an offer.
type Problem struct {
	Offer string
	Field string // as in the shop file, e.g. "when"
	Line  int    // of the expression, from 0
	Text  string
}
