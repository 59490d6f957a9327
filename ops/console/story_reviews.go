package console

import (
	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// decided is how the steps of the order's review were decided.
func (t teller) decided() (all []Moment) {
	for _, r := range t.order.Reviews {
		if r.State == order.ReviewOpen {
			continue
		}
		asked := r.Step + "." + string(event.TypeReviewRequested)
		m := Moment{
			ID: reviewID(r), Cause: t.receiptID(asked), At: r.At, Kind: "review", Title: r.Step + " " + r.State, Text: "by " + r.By,
			chapter: t.chapterOf(event.TypeReviewRequested), place: 2,
		}
		if r.Note != "" {
			m.Text += ": " + r.Note
		}
		all = append(all, m)
	}
	return all
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
