package audit

import (
	"encoding/json"
	"strings"
)

// The states of a review.
const (
	isOpen    = "open"
	isPassed  = "passed"
	isRefused = "refused"
)

// review is a step that an order must pass before it is placed.
type review struct {
	Step, State, By, First string
	Two                    bool
}

// steps returns the order's reviews.
func (l *life) steps() (all []review, err error) {
	if l.reviews == "" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(l.reviews), &all)
	return all, err
}

// in counts the reviews in a state.
func (l *life) in(state string) (n int) {
	all, _ := l.steps() // checkReview reports an error
	for _, r := range all {
		if r.State == state {
			n++
		}
	}
	return n
}

// passed reports whether all reviews have passed the order.
func (l *life) passed() bool { return l.in(isOpen)+l.in(isRefused) == 0 }

// checkReview compares the reviews with the order.
func checkReview(_ *look, l *life, v verdict) {
	all, err := l.steps()
	v.expect(err == nil, "reviews in JSON", "%q: %v", l.reviews, err)
	for _, r := range all {
		known := r.State == isOpen || r.State == isPassed || r.State == isRefused
		v.expect(known, "a state of a review that is known", "%s is %q", r.Step, r.State)
		v.expect((r.By == "") == (r.State == isOpen), "who decided, just when it is decided", "%s is %s, by %q", r.Step, r.State, r.By)
		byTwo := r.First != "" && r.First != r.By || r.Step == "fraud" && r.By == screening
		v.expect(!r.Two || r.State != isPassed || byTwo, "two persons who passed what takes two", "%s is passed, by %q and %q", r.Step, r.First, r.By)
	}
	asked, over := l.has("ReviewRequested"), l.has("ReviewDone")
	v.expect(len(all) > 0 || !asked, "no review of an order that needs none", "%s", kinds(l.events))
	v.expect(!l.has("OrderPlaced") || l.passed(), "placed with all reviews passed", "%s", l.reviews)
	v.expect(!l.has("OrderPlaced") || over == (len(all) > 0), "placed after its review, if it has one", "%s", kinds(l.events))
	v.expect(over == (asked && (l.passed() || l.in(isRefused) > 0)), "ReviewDone just when all passed it or one refused it", "%s, and %s", l.reviews, kinds(l.events))
	v.expect(l.reason != notAccepted || l.in(isRefused) > 0, "a review that refused it", "cancelled as %s, with %s", l.reason, l.reviews)
	v.expect(asked || l.in(isOpen) == len(all), "no decision before it was asked for", "%s, and %s", l.reviews, kinds(l.events))
}

// stepFromReview returns what should move an order in review on: for each open step, its subscriber must be done, and
// then a partner or a person decides.
func (k *look) stepFromReview(l *life) (standing, why string) {
	if l.has("ReviewDone") {
		return k.by(l, "order.ReviewDone", isLost)
	}
	all, _ := l.steps()
	standing, why = isLost, "it is "+inReview+", and no review is open"
	for _, r := range all {
		if r.State != isOpen {
			continue
		}
		if standing, why = k.by(l, r.Step+".ReviewRequested", waitsForYes); standing != waitsForYes {
			return standing, why
		}
	}
	return standing, why
}

// checkScreening compares the order with the fraud check's record.
func checkScreening(k *look, l *life, v verdict) {
	all, _ := l.steps()
	var step *review
	for i := range all {
		if all[i].Step == "fraud" {
			step = &all[i]
		}
	}
	p := k.partner(screening, &l.order)
	if p == nil {
		if step != nil {
			v.unknown()
		}
		return
	}
	done, since := l.done("fraud.ReviewRequested")
	l.expectEffect(p, "check", step != nil && done, since, step != nil && l.has("ReviewRequested"), "", v)
	for _, r := range p.of("check", l.id) {
		v.expect(r.amount == l.total && r.currency == l.currency, "a check of the order's price", "%d %s", r.amount, r.currency)
		decided := step != nil && step.By == screening && !strings.HasPrefix(r.status, "later")
		v.expect(!decided || step.State == r.status, "the order's review as the fraud check decided", "%s, and the check %s", l.reviews, r.status)
	}
}
