package event

import (
	"slices"
	"time"

	"acme.example/webshop/ref"
)

// ReviewRequested says that the order must pass reviews before it is placed.
type ReviewRequested struct {
	OrderID      int64     `json:"orderId" jsonschema:"The order's number."`
	Ref          ref.Order `json:"ref,omitempty" jsonschema:"Names the order as no other one in the world is named; links and the keys of partners are made of it. Missing: its number alone does."`
	Steps        []string  `json:"steps" jsonschema:"The reviews that it must pass, e.g. fraud."`
	Name         string    `json:"name" jsonschema:"The customer's name."`
	Email        string    `json:"email" jsonschema:"The customer's mail address."`
	CustomerType string    `json:"customerType" jsonschema:"B2C or B2B."`
	Market       string    `json:"market" jsonschema:"The market the order was made in, e.g. US."`
	Products     string    `json:"products" jsonschema:"The SKUs ordered, separated by commas, one for each piece."`
	TotalPrice   int64     `json:"totalPrice" jsonschema:"Price of the whole order in minor units of the currency."`
	Currency     string    `json:"currency" jsonschema:"ISO 4217 code of the currency."`
	TestID       int64     `json:"testId" jsonschema:"0 for a real order; else the number of the test it belongs to."`
	RulesVersion int64     `json:"rulesVersion,omitempty" jsonschema:"The version of the rules that the order was made under; missing: from before versions were kept."`
}

func (ReviewRequested) EventType() Type { return TypeReviewRequested }
func (e ReviewRequested) Order() int64  { return e.OrderID }

// Asks reports whether a step is among the reviews.
func (e ReviewRequested) Asks(step string) bool { return slices.Contains(e.Steps, step) }

// OpenReview is an order that waits for one of its reviews, and since when.
type OpenReview struct {
	Request ReviewRequested
	// CatalogTotal is the order's price in minor units of the catalog's currency.
	CatalogTotal int64
	Since        time.Time
	Two          bool       // two persons must approve it
	First        []FirstYes // of the steps that wait for the second
}

// FirstYes is a step that the first of two persons has approved.
type FirstYes struct{ Step, By string }

// Approved returns the name of the first of two persons who approved the order at a step, or "".
func (r OpenReview) Approved(step string) string {
	for _, f := range r.First {
		if f.Step == step {
			return f.By
		}
	}
	return ""
}

// Order returns the order's number.
func (r OpenReview) Order() int64 { return r.Request.OrderID }
