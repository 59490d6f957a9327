package rules

import (
	"fmt"
	"slices"

	"acme.example/webshop/order"
)

type detailEntry struct {
	Name     string            `json:"name" jsonschema:"Its name in the details of an order"`
	Label    map[string]string `json:"label" jsonschema:"What the form calls it, by language"`
	Hint     map[string]string `json:"hint,omitempty" jsonschema:"What the form says about it, by language"`
	Pattern  string            `json:"pattern,omitempty" jsonschema:"A regular expression that the whole text must match (RE2)"`
	Check    string            `json:"check,omitempty" jsonschema:"How its check digits are made; date: it is a day such as 2027-12-31"`
	Required bool              `json:"required,omitempty" jsonschema:"Whether it must be given"`
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
