package rules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"acme.example/webshop/email"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

type offerEntry struct {
	Label       map[string]string `yaml:"label"`
	When        string            `yaml:"when"`
	Items       string            `yaml:"items"`
	Percent     string            `yaml:"percent"`
	Nth         int64             `yaml:"nth"`
	Amount      amountEntry       `yaml:"amount"`
	Free        *freeEntry        `yaml:"free"`
	Code        string            `yaml:"code"`
	Limit       int64             `yaml:"limit"`
	PerCustomer int64             `yaml:"perCustomer"`
	From        string            `yaml:"from"`
	Until       string            `yaml:"until"`
	Priority    int               `yaml:"priority"`
	Excludes    []string          `yaml:"excludes"`
}

type freeEntry struct {
	SKU      string `yaml:"sku"`
	Quantity int64  `yaml:"quantity"`
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

var (
	offerName  = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	detailName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9]{0,31}$`)
	taxName    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,20}$`)
)

// offers checks the offers, and makes the rules able to price.
func (c *checker) offers(entries map[string]offerEntry, rules *order.Rules) {
	before := len(c.wrong)
	rules.Offers = map[string]order.Offer{}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		rules.Offers[name] = c.offer("$.offers."+name, name, entries[name])
	}
	c.prices(rules)
	if len(entries) > 0 && len(c.wrong) > before {
		return // what can be told of the others may be wrong too
	}
	for _, p := range rules.Prepare(time.Now()) {
		at := "$.offers." + p.Offer
		if p.Field != "" {
			at += "." + p.Field
		}
		c.wrongAt(c.line(at)+c.indent(at)+p.Line, at, p.Text)
	}
}

func (c *checker) offer(at, name string, e offerEntry) order.Offer {
	c.require(offerName.MatchString(name), at, "an offer's name must be 1 to 32 small letters, digits and -")
	c.label(e.Label, at, true)
	o := pricing.Offer{
		When: e.When, Items: e.Items, Nth: e.Nth, Amounts: e.Amount.each, Amount: e.Amount.text,
		Code: e.Code, Priority: e.Priority, Excludes: e.Excludes,
		From: c.clock(e.From, at+".from"), Until: c.clock(e.Until, at+".until"),
	}
	if e.Percent != "" {
		percent, err := money.ParsePercent(e.Percent)
		c.require(err == nil && percent > 0 && percent <= money.Hundred, at+".percent", "must be more than 0 and at most 100, e.g. \"12.5\"")
		o.Percent = percent
	}
	if e.Free != nil {
		o.Free = pricing.Free{SKU: e.Free.SKU, Quantity: e.Free.Quantity}
	}
	c.require(e.Limit >= 0 && e.Limit <= order.MaxLimit, at+".limit", "must be 0 to %d; leave it out for no limit", order.MaxLimit)
	c.require(e.PerCustomer >= 0 && e.PerCustomer <= order.MaxLimit, at+".perCustomer", "must be 0 to %d; leave it out for no limit", order.MaxLimit)
	c.require(e.Code != "" || e.Limit == 0, at+".limit", "needs a code: what has none is not counted")
	c.require(e.Code != "" || e.PerCustomer == 0, at+".perCustomer", "needs a code: what has none is not counted")
	return order.Offer{Offer: o, Label: e.Label, Limit: e.Limit, PerCustomer: e.PerCustomer}
}

func (c *checker) clock(text, at string) pricing.Clock {
	if text == "" {
		return pricing.Clock{}
	}
	clock, err := pricing.ParseClock(text)
	c.require(err == nil, at, "%q is not a time such as 2026-11-28T00:00", text)
	return clock
}

// label checks a text for people.
func (c *checker) label(label map[string]string, at string, required bool) {
	if len(label) == 0 && !required {
		return
	}
	for _, language := range email.Languages() {
		c.require(label[language] != "", at+".label", "has no text for %q", language)
	}
}

// prices checks that each product has a price in each market that can be counted with.
func (c *checker) prices(rules *order.Rules) {
	for i, p := range rules.Catalog {
		for _, name := range slices.Sorted(maps.Keys(rules.Markets)) {
			_, err := rules.Markets[name].PriceIn(p)
			c.require(err == nil, fmt.Sprintf("$.catalog[%d].price", i), "is too large in market %s", name)
		}
	}
}

// indent is how many lines after its key a text begins: 1 for a block.
func (c *checker) indent(at string) int {
	p, err := yaml.PathString(at)
	if err != nil {
		return 0
	}
	node, err := c.node(p)
	if _, block := node.(*ast.LiteralNode); err == nil && block {
		return 1
	}
	return 0
}
