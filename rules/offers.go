package rules

import (
	"fmt"
	"maps"
	"slices"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

type offerEntry struct {
	Label       map[string]string `json:"label" jsonschema:"What the cart calls it, by language"`
	When        string            `json:"when,omitempty" jsonschema:"CEL: whether it holds for the cart; always where it is missing"`
	Items       string            `json:"items,omitempty" jsonschema:"CEL, of each item: which lines it is for; all where it is missing"`
	Percent     string            `json:"percent,omitempty" jsonschema:"The share that is taken off"`
	Nth         int64             `json:"nth,omitempty" jsonschema:"The percentage is for every nth piece only"`
	Amount      amountEntry       `json:"amount,omitempty" jsonschema:"What is taken off instead: minor units for the currency of each market, or CEL, a whole number of minor units"`
	Free        *freeEntry        `json:"free,omitempty" jsonschema:"What the shop adds instead"`
	Code        string            `json:"code,omitempty" jsonschema:"The customer must give it"`
	Limit       int64             `json:"limit,omitempty" jsonschema:"How many orders may use the code; any number where it is missing"`
	PerCustomer int64             `json:"perCustomer,omitempty" jsonschema:"How many orders of one mail address may use the code; any number where it is missing"`
	From        string            `json:"from,omitempty" jsonschema:"The first moment, on the clock of each market"`
	Until       string            `json:"until,omitempty" jsonschema:"The first moment after it, on the clock of each market"`
	Priority    int               `json:"priority,omitempty" jsonschema:"Higher ones are applied first; 0 where it is missing"`
	Group       string            `json:"group,omitempty" jsonschema:"Of the offers of one group, the one that takes most off counts"`
	Excludes    []string          `json:"excludes,omitempty" jsonschema:"Offers that do not hold where this one does"`
}

type freeEntry struct {
	SKU      string `json:"sku" jsonschema:"The product"`
	Quantity int64  `json:"quantity" jsonschema:"How many pieces"`
}

// amountEntry is an amount for each currency, or an expression.
type amountEntry struct {
	each map[money.Currency]int64
	text string
}

// UnmarshalYAML reads one of the two.
func (a *amountEntry) UnmarshalYAML(read func(any) error) error {
	if err := read(&a.each); err == nil {
		return nil
	}
	return read(&a.text)
}

// maxOff is the most that all offers of a market may take off; 0 for all of it.
func (c *checker) maxOff(text, at string) money.Percent {
	if text == "" {
		return 0
	}
	percent, err := money.ParsePercent(text)
	c.need(err == nil && percent > 0 && percent <= money.Hundred, at+".maxOff", "must be more than 0 and at most 100, e.g. \"30\"")
	return percent
}

// offers checks the offers, and makes the rules able to price.
func (c *checker) offers(entries map[string]offerEntry, rules *order.Rules) {
	rules.Offers = map[string]order.Offer{}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		rules.Offers[name] = c.offer("offers."+name, entries[name])
	}
	if c.stored {
		for _, p := range rules.Load() {
			c.leftOut = append(c.leftOut, fmt.Sprintf("the offer %s: %s: %s", p.Offer, p.Field, p.Text))
			delete(rules.Offers, p.Offer)
		}
		return
	}
	if len(c.found) > 0 {
		return // what can be told of totals and offers may be wrong too
	}
	c.extremes(rules)
	if len(c.found) > 0 {
		return
	}
	for _, p := range rules.Prepare(c.now) {
		at, line := c.placeOf(p)
		c.wrongAt(line, at, p.Text)
	}
	for _, p := range rules.Warnings() {
		at, line := c.placeOf(p)
		c.warned = append(c.warned, problem{line, at + ": " + p.Text})
	}
}

// placeOf is the path and the line of a problem of an offer.
func (c *checker) placeOf(p pricing.Problem) (at string, line int) {
	at = "offers." + p.Offer
	if p.Field != "" {
		at += "." + p.Field
	}
	line = c.line(at) + p.Line
	if c.blocks[at] {
		line++ // the text begins in the line after its key
	}
	return at, line
}

func (c *checker) offer(at string, e offerEntry) order.Offer {
	o := pricing.Offer{
		When: e.When, Items: e.Items, Nth: e.Nth, Amounts: e.Amount.each, Amount: e.Amount.text,
		Code: e.Code, Priority: e.Priority, Group: e.Group, Excludes: e.Excludes,
		From: c.clock(e.From, at+".from"), Until: c.clock(e.Until, at+".until"),
	}
	if e.Percent != "" {
		percent, err := money.ParsePercent(e.Percent)
		c.need(err == nil && percent > 0 && percent <= money.Hundred, at+".percent", "must be more than 0 and at most 100, e.g. \"12.5\"")
		o.Percent = percent
	}
	if e.Free != nil {
		o.Free = pricing.Free{SKU: e.Free.SKU, Quantity: e.Free.Quantity}
	}
	c.require(e.Code != "" || e.Limit == 0, at+".limit", "needs a code: what has none is not counted")
	c.require(e.Code != "" || e.PerCustomer == 0, at+".perCustomer", "needs a code: what has none is not counted")
	return order.Offer{Offer: o, Label: e.Label, Limit: e.Limit, PerCustomer: e.PerCustomer}
}

func (c *checker) clock(text, at string) pricing.Clock {
	if text == "" {
		return pricing.Clock{}
	}
	clock, err := pricing.ParseClock(text)
	c.need(err == nil, at, "%q is not a time such as 2026-11-28T00:00", text)
	return clock
}
