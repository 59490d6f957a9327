package rules

import (
	"fmt"
	"slices"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

type taxEntry struct {
	Included bool        `json:"included,omitempty" jsonschema:"Whether prices hold the taxes; else they are added"`
	Rates    []rateEntry `json:"rates" jsonschema:"The taxes"`
}

type rateEntry struct {
	Name          string   `json:"name" jsonschema:"What customers call the tax"`
	Percent       string   `json:"percent" jsonschema:"How much of the price it is"`
	Categories    []string `json:"categories,omitempty" jsonschema:"The categories that it is for; all where it is missing"`
	CustomerTypes []string `json:"customerTypes,omitempty" jsonschema:"The customer types that it is for; all where it is missing"`
}

type detailEntry struct {
	Name     string            `json:"name" jsonschema:"Its name in the details of an order"`
	Label    map[string]string `json:"label" jsonschema:"What the form calls it, by language"`
	Hint     map[string]string `json:"hint,omitempty" jsonschema:"What the form says about it, by language"`
	Pattern  string            `json:"pattern,omitempty" jsonschema:"A regular expression that the whole text must match (RE2)"`
	Check    string            `json:"check,omitempty" jsonschema:"How its check digits are made"`
	Required bool              `json:"required,omitempty" jsonschema:"Whether it must be given"`
}

// tax checks how a market taxes.
func (c *checker) tax(e *taxEntry, f form, at string) (t pricing.Tax) {
	if e == nil {
		return t
	}
	sum := money.Percent(0)
	seen := map[string]bool{}
	for i, r := range e.Rates {
		place := fmt.Sprintf("%s.rates[%d]", at, i)
		c.require(!seen[r.Name], place+".name", "%s is there twice", r.Name)
		percent, err := money.ParsePercent(r.Percent)
		c.need(err == nil && percent > 0 && percent <= money.Hundred, place+".percent", "must be more than 0 and at most 100, e.g. \"9.975\"")
		c.taxed(r, f, place)
		seen[r.Name] = true
		sum += percent
		t.Rates = append(t.Rates, pricing.Rate{Name: r.Name, Percent: percent, Categories: r.Categories, CustomerTypes: r.CustomerTypes})
	}
	c.require(sum <= money.Hundred, at+".rates", "must not be more than 100 percent together")
	t.Included = e.Included
	return t
}

// taxed checks which products and customers a tax is for.
func (c *checker) taxed(r rateEntry, f form, at string) {
	for i, category := range r.Categories {
		known := slices.ContainsFunc(f.Catalog, func(p productEntry) bool { return p.Category == category })
		c.require(known, fmt.Sprintf("%s.categories[%d]", at, i), "no product has the category %q", category)
	}
	for i, customerType := range r.CustomerTypes {
		_, known := f.CustomerTypes[customerType]
		c.require(known, fmt.Sprintf("%s.customerTypes[%d]", at, i), "there is no customer type %q", customerType)
	}
}

// details checks what a customer type asks for.
func (c *checker) details(entries []detailEntry, at string) (details []order.Detail) {
	seen := map[string]bool{}
	for i, e := range entries {
		place := fmt.Sprintf("%s.details[%d]", at, i)
		c.require(!seen[e.Name], place+".name", "%s is there twice", e.Name)
		d, err := order.NewDetail(e.Name, e.Pattern, e.Check)
		c.need(err == nil, place+".pattern", "%v", err)
		c.need(e.Check == "" || slices.Contains(order.Checks(), e.Check), place+".check", "must be one of %v", order.Checks())
		d.Label, d.Hint, d.Required = e.Label, e.Hint, e.Required
		seen[e.Name] = true
		details = append(details, d)
	}
	return details
}
