package order

import (
	"slices"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// NoOnes are names that more than one person may act under: callers from the shop's own machine, holders of the private token,
// holders of the stage's token, and the shop's own processes. None of them counts as one of two persons.
var NoOnes = []string{ByLocal, ByToken, ByStage, ByService}

// The names in NoOnes.
const (
	ByLocal   = "local"
	ByToken   = "token"
	ByStage   = "stage"
	ByService = "services"
)

// takesTwo reports whether it takes two persons to pass an order at a step: to approve it, and to overrule the fraud check.
func (r *Rules) takesTwo(step string, o Order) bool {
	over, limited := r.SecondPersonOver[o.Total.Currency]
	return limited && o.TestID == 0 && o.Total.Minor > over && (step == Approval || step == event.FraudStep)
}

// WaitsForSecond reports whether one person has passed the order, and another one must.
func (r Review) WaitsForSecond() bool { return r.Two && r.State == ReviewOpen && r.First != "" }

// decided returns the open step after a decision: decided, or passed by the first of two persons.
func (r Review) decided(d Review) (Review, error) {
	d.Two, d.First, d.FirstNote, d.FirstAt = r.Two, r.First, r.FirstNote, r.FirstAt
	switch {
	case !r.Two, d.State != ReviewPassed, d.Step == event.FraudStep && d.By == event.ByScreening:
		return d, nil
	case d.By == "", slices.Contains(NoOnes, d.By):
		return r, fault.New(fault.Conflict, "an order of this amount is approved by two operators with names of their own, each with a token (--operator); %q is not one", d.By)
	case r.First == "":
		r.First, r.FirstNote, r.FirstAt = d.By, d.Note, d.At
		return r, nil
	case r.First == d.By:
		return r, fault.New(fault.Conflict, "%s has approved it already; an order of this amount waits for a second person", d.By)
	}
	return d, nil
}

// First returns the name of the first of two persons who approved the order at a step that waits for the second, or "".
func (o Order) First(step string) string { return o.OpenReview().Approved(step) }
