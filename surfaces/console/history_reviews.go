package console

import (
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// decided returns the moments of the review's decisions.
func (b builder) decided() (all []Moment) {
	for _, r := range b.order.Reviews {
		if r.First != "" {
			all = append(all, b.said(r.Step, reviewID(r)+".first", "approved by the first of two", r.First, r.FirstNote, r.FirstAt))
		}
		if r.State != order.ReviewOpen {
			all = append(all, b.said(r.Step, reviewID(r), r.State, r.By, r.Note, r.At))
		}
	}
	return all
}

// said returns the moment of a decision about a step.
func (b builder) said(step, id, what, by, note string, at time.Time) Moment {
	m := Moment{
		ID: id, Cause: b.receiptID(step + "." + string(event.TypeReviewRequested)), At: at, Kind: "review", Title: step + " " + what, Text: "by " + by,
		index: b.eventIndex(event.TypeReviewRequested), place: 2,
	}
	if note != "" {
		m.Text += ": " + note
	}
	return m
}

func reviewID(r order.Review) string { return "review." + r.Step }

// lastDecision returns the moment of the decision that ended the review.
func (b builder) lastDecision() string {
	var last order.Review
	for _, r := range b.order.Reviews {
		if r.State != order.ReviewOpen && !r.At.Before(last.At) {
			last = r
		}
	}
	return reviewID(last)
}
