package rules

import (
	"errors"
	"maps"
	"slices"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// The parts of an order that may differ under other rules.
const (
	DiffersInRefusal = "refused" // it would not be accepted
	DiffersInPrice   = "price"
	DiffersInOffers  = "offers"
	DiffersInTax     = "tax"
	DiffersInRoute   = "route" // how it is paid, by which provider, and which reviews it must pass
)

// Kinds are the parts in which an order may differ.
var Kinds = []string{DiffersInRefusal, DiffersInPrice, DiffersInOffers, DiffersInTax, DiffersInRoute}

// Trial is what would differ if orders had been made under other rules.
type Trial struct {
	Orders      int            `json:"orders" doc:"How many orders were made again"`
	Differ      int            `json:"differ" doc:"How many of them would be others"`
	By          map[string]int `json:"by" doc:"How many differ in what: refused, price, offers, tax, route"`
	Sums        []Sum          `json:"sums" doc:"What all orders together cost, in each currency; refused ones cost nothing"`
	Failed      map[string]int `json:"failed,omitempty" doc:"Offers whose expressions failed for so many orders, which went without them"`
	Differences []Difference   `json:"differences" doc:"The newest order first"`
	Warnings    []string       `json:"warnings,omitempty" doc:"What of a text is valid and may not be meant, each with its line"`
}

// Sum is what orders cost together, in minor units of a currency.
type Sum struct {
	Currency string `json:"currency"`
	Was      int64  `json:"was"`
	Would    int64  `json:"would"`
}

// Difference is an order that would be another one.
type Difference struct {
	OrderID      int64     `json:"orderId"`
	CreatedAt    time.Time `json:"createdAt"`
	Market       string    `json:"market"`
	CustomerType string    `json:"customerType"`
	In           []string  `json:"in" doc:"In what it differs: refused, price, offers, tax, route"`
	Was          Outcome   `json:"was"`
	Would        Outcome   `json:"would"`
}

// Outcome is what the rules make of an order. Amounts are in minor units of the currency.
type Outcome struct {
	Refused  []fault.Field `json:"refused,omitempty" doc:"Why it is not accepted; the rest is empty then"`
	Total    int64         `json:"total"`
	Currency string        `json:"currency"`
	Offers   []Off         `json:"offers,omitempty" doc:"What each offer takes off"`
	Taxes    []Tax         `json:"taxes,omitempty"`
	Route    Route         `json:"route"`
}

// Off is what an offer takes off an order.
type Off struct {
	Offer  string `json:"offer"`
	Amount int64  `json:"amount"`
}

// Tax is what an order pays of a tax.
type Tax struct {
	Name   string `json:"name"`
	Rate   string `json:"rate"`
	Amount int64  `json:"amount"`
}

// Route is the way that an order goes.
type Route struct {
	Payment string   `json:"payment,omitempty" doc:"The provider that takes the money at once; else invoice, or nothing for what costs nothing"`
	Reviews []string `json:"reviews,omitempty" doc:"The steps that it must pass before it is placed; by two: of two persons"`
}

// Try makes orders again under the set, each from what its customer asked for and at its time, and tells what would differ from
// what they are. Nothing is stored. Limits of codes do not count.
func (s *Set) Try(orders []order.Order) Trial {
	t := Trial{Orders: len(orders), By: map[string]int{}, Differences: []Difference{}}
	for _, kind := range Kinds {
		t.By[kind] = 0
	}
	sums := map[string]*Sum{}
	for _, o := range orders {
		was, would := outcome(o, nil), outcome(s.Orders.Recreate(o, t.failed))
		count(sums, was.Currency).Was += was.Total
		if would.Refused == nil {
			count(sums, would.Currency).Would += would.Total
		}
		if in := was.differs(would); len(in) > 0 {
			t.add(Difference{OrderID: o.ID, CreatedAt: o.CreatedAt, Market: o.Market, CustomerType: o.CustomerType, In: in, Was: was, Would: would})
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		t.Sums = append(t.Sums, *sums[currency])
	}
	return t
}

// failed notes an offer that failed for an order.
func (t *Trial) failed(offer string, _ error) {
	if t.Failed == nil {
		t.Failed = map[string]int{}
	}
	t.Failed[offer]++
}

func count(sums map[string]*Sum, currency string) *Sum {
	if sums[currency] == nil {
		sums[currency] = &Sum{Currency: currency}
	}
	return sums[currency]
}

func (t *Trial) add(d Difference) {
	t.Differ++
	t.Differences = append(t.Differences, d)
	for _, kind := range d.In {
		t.By[kind]++
	}
}

// outcome is what became of an order, or why none was made.
func outcome(o order.Order, refused error) Outcome {
	if refused != nil {
		return Outcome{Refused: reasons(refused)}
	}
	out := Outcome{Total: o.Total.Minor, Currency: string(o.Total.Currency), Offers: offs(o.Terms), Route: Route{Payment: paidBy(o)}}
	for _, t := range o.Terms.Taxes {
		if t.Amount != 0 {
			out.Taxes = append(out.Taxes, Tax{t.Name, t.Rate, t.Amount})
		}
	}
	for _, r := range o.Reviews {
		step := r.Step
		if r.Two {
			step += " by two"
		}
		out.Route.Reviews = append(out.Route.Reviews, step)
	}
	return out
}

// paidBy is the provider that takes the money; else invoice, or nothing.
func paidBy(o order.Order) string {
	switch {
	case o.PaymentProvider != "":
		return o.PaymentProvider
	case o.Total.Minor == 0:
		return "nothing"
	}
	return "invoice"
}

// reasons are why an order is not accepted.
func reasons(err error) []fault.Field {
	if f, ok := errors.AsType[*fault.Error](err); ok && len(f.Fields) > 0 {
		return f.Fields
	}
	return []fault.Field{{Name: "order", Detail: err.Error()}}
}

// offs are what each offer takes off, by name.
func offs(terms order.Terms) (all []Off) {
	sums := map[string]int64{}
	for _, l := range terms.Lines {
		for _, off := range l.Off {
			sums[off.Offer] += off.Amount
		}
	}
	for _, offer := range slices.Sorted(maps.Keys(sums)) {
		all = append(all, Off{offer, sums[offer]})
	}
	return all
}

// differs tells in what two outcomes differ. A refusal is all that counts of one that is refused.
func (o Outcome) differs(would Outcome) (in []string) {
	if would.Refused != nil {
		return []string{DiffersInRefusal}
	}
	note := func(kind string, same bool) {
		if !same {
			in = append(in, kind)
		}
	}
	note(DiffersInPrice, o.Total == would.Total && o.Currency == would.Currency)
	note(DiffersInOffers, slices.Equal(o.Offers, would.Offers))
	note(DiffersInTax, slices.Equal(o.Taxes, would.Taxes))
	note(DiffersInRoute, o.Route.Payment == would.Route.Payment && slices.Equal(o.Route.Reviews, would.Route.Reviews))
	return in
}
