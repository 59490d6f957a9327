package console

import (
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// decided is how the steps of the order's review were decided.
func (t teller) decided() (all []Moment) {
	for _, r := range t.order.Reviews {
		if r.First != "" {
			all = append(all, t.said(r.Step, reviewID(r)+".first", "approved by the first of two", r.First, r.FirstNote, r.FirstAt))
		}
		if r.State != order.ReviewOpen {
			all = append(all, t.said(r.Step, reviewID(r), r.State, r.By, r.Note, r.At))
		}
	}
	return all
}

// said is the moment at which someone said something about a step.
func (t teller) said(step, id, what, by, note string, at time.Time) Moment {
	m := Moment{
		ID: id, Cause: t.receiptID(step + "." + string(event.TypeReviewRequested)), At: at, Kind: "review", Title: step + " " + what, Text: "by " + by,
		chapter: t.chapterOf(event.TypeReviewRequested), place: 2,
	}
	if note != "" {
		m.Text += ": " + note
	}
	return m
}

func reviewID(r order.Review) string { return "review." + r.Step }

// lastDecision is the moment of the decision that ended the review.
func (t teller) lastDecision() string {
	var last order.Review
	for _, r := range t.order.Reviews {
		if r.State != order.ReviewOpen && !r.At.Before(last.At) {
			last = r
		}
	}
	return reviewID(last)
}
