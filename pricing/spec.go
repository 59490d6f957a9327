package pricing

import (
	"time"

	"acme.example/webshop/money"
)

// Spec is the source of a Set.
type Spec struct {
	Products      []Product
	Markets       map[string]Market
	CustomerTypes map[string][]string // the markets of each
	Offers        map[string]Offer
	MaxPieces     int       // of one cart
	Now           time.Time // the time for trying offers
}

// Product is one thing to buy.
type Product struct {
	SKU      string
	Category string // "" for none
	TaxClass string // for treatments; "" for none
}

// Market is where a cart is bought.
type Market struct {
	Currency money.Currency
	Language string
	Zone     *time.Location
	Prices   map[string]int64 // of one piece, by SKU
	Tax      Tax
	Charges  []Charge
	MaxOff   money.Percent // what all offers may take off a subtotal; 0 for all of it
}

// Charge is a fixed amount that is added to an order, such as shipping. It is taxed like a product, and no offer is for it.
type Charge struct {
	Name          string
	Amount        int64 // in minor units
	PerPiece      bool  // of the pieces that the customer asked for; else once
	TaxClass      string
	Account       string   // of its revenue
	CustomerTypes []string // none: all
	Jurisdictions []string // of the market; none: all
	FreeFrom      int64    // it is not charged if the products cost so much after offers; 0: it always is
}

// Offer is one offer. Exactly one of Percent, Amounts, Amount and Free is its effect.
type Offer struct {
	When  string // CEL bool over the cart; "" always holds
	Items string // CEL bool over item: which lines it applies to; "" for all

	Percent money.Percent
	Nth     int64 // the percentage applies to every nth piece only; 0 for all
	Amounts map[money.Currency]int64
	Amount  string // CEL int, in minor units
	Free    Free

	Code        string // the customer must give it; "" for none
	From, Until Clock  // in the market's time; zero for no bound. Until is the first moment after the offer
	Priority    int    // higher ones come first
	Group       string // of the offers of one group, the one that takes most off counts; "" for none
	Excludes    []string
}

// Free is pieces added by the shop.
type Free struct {
	SKU      string
	Quantity int64
}

// Clock is a local time without a zone: 2026-11-28T00:00. The zero Clock is none.
type Clock struct{ wall time.Time }

// ClockLayout is the format of a Clock.
const ClockLayout = "2006-01-02T15:04"

// ParseClock parses a local time.
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse(ClockLayout, s)
	return Clock{t}, err
}

// IsZero reports whether the Clock is zero.
func (c Clock) IsZero() bool { return c.wall.IsZero() }

// In returns the moment of that local time in a zone.
func (c Clock) In(zone *time.Location) time.Time {
	w := c.wall
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), 0, 0, zone)
}

// Problem is an error in an offer.
type Problem struct {
	Offer string
	Field string // as in the shop file, e.g. "when"
	Line  int    // of the expression, from 0
	Text  string
}
