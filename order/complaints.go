package order

import (
	"context"
	"fmt"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/photo"
	"acme.example/webshop/platform/fault"
)

// Complain stores a customer's complaint about an order. Its photos are made anew, so that nothing else of their files is kept.
func (s *Service) Complain(ctx context.Context, o Order, kind ComplaintKind, text string, photos [][]byte) (Order, Complaint, error) {
	rules, err := s.Rules.Of(ctx, o.Rules)
	if err != nil {
		return o, Complaint{}, err
	}
	w := ComplaintWish{OrderID: o.ID, Kind: kind, Text: lines(text), Market: rules.Markets[o.Market]}
	if len(photos) > MaxComplaintPhotos { // before they are read
		return o, Complaint{}, fault.InvalidField("photos", "must be at most %d", MaxComplaintPhotos)
	}
	if err := w.check(); err != nil {
		return o, Complaint{}, err
	}
	for i, data := range photos {
		jpeg, err := photo.Clean(ctx, data, fmt.Sprintf("photos[%d]", i))
		if err != nil {
			return o, Complaint{}, err
		}
		w.Photos = append(w.Photos, jpeg)
	}
	return s.Store.MakeComplaint(ctx, w)
}

// lines is a text with the line ends of Unix, as browsers send others.
func lines(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
}

// AnswerComplaint decides a complaint for a person. The provider is asked at once for a refund that no second person must approve, and by
// Settle until it has answered. Of ComplaintReplaced, products are what is brought again; none: all of the order.
func (s *Service) AnswerComplaint(ctx context.Context, a ComplaintAnswer, products event.Items) (Order, Complaint, error) {
	o, err := s.Store.Order(ctx, a.OrderID)
	if err != nil {
		return o, Complaint{}, err
	}
	rules, err := s.Rules.Active()
	if err != nil {
		return o, Complaint{}, err
	}
	a.Alone, a.Text = rules.alone(o), lines(a.Text)
	if a.Outcome == ComplaintReplaced {
		if a.Replacement, err = rules.replacement(o, products); err != nil {
			return o, Complaint{}, err
		}
	}
	if o, err = s.Store.AnswerComplaint(ctx, a, rules.startsOf(a.Replacement)); err != nil {
		return o, Complaint{}, err
	}
	c, _ := o.Complaint(a.Complaint)
	if c.Refund != 0 {
		o, _, err = s.giveBackNow(ctx, o, o.Refunds[c.Refund-1])
	}
	return o, c, err
}
