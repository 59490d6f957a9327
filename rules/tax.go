package rules

import (
	"fmt"
	"slices"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

type taxEntry struct {
	Included bool        `yaml:"included"`
	Rates    []rateEntry `yaml:"rates"`
}

type rateEntry struct {
	Name          string   `yaml:"name"`
	Percent       string   `yaml:"percent"`
	Categories    []string `yaml:"categories"`
	CustomerTypes []string `yaml:"customerTypes"`
}

type detailEntry struct {
	Name     string            `yaml:"name"`
	Label    map[string]string `yaml:"label"`
	Hint     map[string]string `yaml:"hint"`
	Pattern  string            `yaml:"pattern"`
	Check    string            `yaml:"check"`
	Required bool              `yaml:"required"`
}

// tax checks how a market taxes.
func (c *checker) tax(e *taxEntry, f form, at string) (t pricing.Tax) {
	if e == nil {
		return t
	}
	c.require(len(e.Rates) > 0, at+".rates", "must hold a rate")
	sum := money.Percent(0)
	seen := map[string]bool{}
	for i, r := range e.Rates {
		place := fmt.Sprintf("%s.rates[%d]", at, i)
		c.require(taxName.MatchString(r.Name), place+".name", "must be 1 to 20 letters, digits, _ and -")
		c.require(!seen[r.Name], place+".name", "%s is there twice", r.Name)
		percent, err := money.ParsePercent(r.Percent)
		c.require(err == nil && percent > 0 && percent <= money.Hundred, place+".percent", "must be more than 0 and at most 100, e.g. \"9.975\"")
		c.taxed(r, f, place)
		seen[r.Name] = true
		sum += percent
		t.Rates = append(t.Rates, pricing.Rate{Name: r.Name, Percent: percent, Categories: r.Categories, CustomerTypes: r.CustomerTypes})
	}
	c.require(sum <= money.Hundred, at+".rates", "must not be more than 100 percent together")
	t.Included = e.Included
	return t
}

// taxed checks what and whom a tax is for.
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
	c.require(len(entries) <= order.MaxDetails, at+".details", "must be at most %d", order.MaxDetails)
	seen := map[string]bool{}
	for i, e := range entries {
		place := fmt.Sprintf("%s.details[%d]", at, i)
		c.require(detailName.MatchString(e.Name), place+".name", "must be 1 to 32 letters and digits, a letter first")
		c.require(!seen[e.Name], place+".name", "%s is there twice", e.Name)
		c.label(e.Label, place, true)
		c.label(e.Hint, place, false)
		d, err := order.NewDetail(e.Name, e.Pattern, e.Check)
		c.require(err == nil, place+".pattern", "%v", err)
		c.require(e.Check == "" || slices.Contains(order.Checks(), e.Check), place+".check", "must be one of %v", order.Checks())
		d.Label, d.Hint, d.Required = e.Label, e.Hint, e.Required
		seen[e.Name] = true
		details = append(details, d)
	}
	return details
}
