package order

import (
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// Terms is what was agreed with the customer besides the price: it stays as it is when the rules change.
type Terms struct {
	Codes   []string          `json:"codes,omitempty"`   // the codes that had an effect
	Details map[string]string `json:"details,omitempty"` // what the customer type asks for besides the organization number
	Lines   []event.Line      `json:"lines,omitempty"`   // none for a test order
	Taxes   []event.Tax       `json:"taxes,omitempty"`
	// Jurisdiction is whose taxes they are, where the market has several; "" for one that taxes alike everywhere.
	Jurisdiction string `json:"jurisdiction,omitempty"`
	// Catalog is the currency that the order's rate changes into the market's; "" for one with two decimals.
	Catalog money.Currency `json:"catalog,omitempty"`

	Reserved []Pieces `json:"reserved,omitempty"` // what it took of counted products, by SKU
	// Tracked says that the market's delivery company reports what becomes of the delivery.
	Tracked bool `json:"tracked,omitempty"`

	Replaces int64 `json:"replaces,omitempty"` // the number of the order that it replaces, for nothing

	Imported *Imported `json:"imported,omitempty"` // of an order that another system took
}

// Empty reports whether nothing was agreed besides.
func (t Terms) Empty() bool {
	return len(t.Codes) == 0 && len(t.Details) == 0 && len(t.Lines) == 0 && len(t.Taxes) == 0 && t.Imported == nil && t.Catalog == "" && t.Jurisdiction == "" && len(t.Reserved) == 0 && t.Replaces == 0
}

// Review is a step that an order must pass before it is placed.
type Review struct {
	Step  string    `json:"step"`  // e.g. "fraud"
	State string    `json:"state"` // one of the review states
	By    string    `json:"by"`    // who decided
	Note  string    `json:"note"`  // why
	At    time.Time `json:"at"`    // when

	// Two says that it takes two persons to pass the order. Until the second one does, the step is open, and First is who
	// was first.
	Two       bool      `json:"two,omitempty"`
	First     string    `json:"first,omitempty"`
	FirstNote string    `json:"firstNote,omitempty"`
	FirstAt   time.Time `json:"firstAt,omitzero"`
}

// The states of a review.
const (
	ReviewOpen    = "open"
	ReviewPassed  = "passed"
	ReviewRefused = "refused"
)
