package order

import (
	"slices"
	"time"
	"unicode/utf8"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// ComplaintAnswer is what a person decides about a complaint.
type ComplaintAnswer struct {
	OrderID   int64
	Complaint int            // its number
	Outcome   ComplaintState // how it ends
	Amount    money.Amount   // what is given back, of ComplaintPartlyRefunded; without a currency: in that of the order
	Text      string         // told to the customer
	By        string
	// Replacement is what is brought again, of ComplaintReplaced.
	Replacement *Replacement
	// Alone is how much of an order one person may give back (RefundWish.Alone).
	Alone *int64
}

// ComplaintOutcomes lists how a complaint can end.
var ComplaintOutcomes = []ComplaintState{ComplaintRefunded, ComplaintPartlyRefunded, ComplaintReplaced, ComplaintRefused}

// check refuses an answer that says nothing, or what the customer cannot be told.
func (a ComplaintAnswer) check() error {
	switch wrong := mailFault(a.Text); {
	case !slices.Contains(ComplaintOutcomes, a.Outcome):
		return fault.InvalidField("outcome", "must be one of %v", ComplaintOutcomes)
	case a.Outcome != ComplaintPartlyRefunded && a.Amount.Minor != 0:
		return fault.InvalidField("amount", "is for the outcome %s only", ComplaintPartlyRefunded)
	case blank(a.Text):
		return fault.InvalidField("text", "must say why; the customer is told")
	case utf8.RuneCountInString(a.Text) > MaxComplaintText:
		return fault.InvalidField("text", "must have at most %d characters", MaxComplaintText)
	case wrong != "":
		return fault.InvalidField("text", "%s", wrong)
	}
	return nil
}

// repeats reports whether a complaint has this answer already.
func (a ComplaintAnswer) repeats(c Complaint, refunds []Refund) bool {
	if c.Answer != a.Text || c.By != a.By || c.State != a.Outcome && c.Waits != a.Outcome {
		return false
	}
	return a.Outcome != ComplaintPartlyRefunded || refunds[c.Refund-1].Amount == a.Amount.Minor
}

// answerable returns nil if a complaint waits for its answer, or why it does not.
func (o Order) answerable(c Complaint) error {
	switch {
	case c.State != ComplaintOpen:
		return fault.New(fault.Conflict, "complaint %d of order %d is %s already, by %s", c.Number, o.ID, c.State, c.By)
	case c.Waits != "" && o.Refunds[c.Refund-1].WaitsForSecond():
		return fault.New(fault.Conflict, "%s has answered complaint %d of order %d; refund %d waits for a second person", c.By, c.Number, o.ID, c.Refund)
	}
	return nil
}

// withAnswer returns the order with a complaint answered, and whether that is new. A refund that takes a second person is one too: the
// complaint is open until it has been approved.
func (o Order) withAnswer(a ComplaintAnswer, now time.Time) (after Order, fresh bool, err error) {
	if err := a.check(); err != nil {
		return o, false, err
	}
	c, there := o.Complaint(a.Complaint)
	switch {
	case !there:
		return o, false, fault.New(fault.NotFound, "order %d has no complaint %d", o.ID, a.Complaint)
	case a.repeats(c, o.Refunds):
		return o, false, nil
	}
	if err := o.answerable(c); err != nil {
		return o, false, err
	}
	c.Answer, c.By, c.State, c.AnsweredAt, c.Waits, c.Refund = a.Text, a.By, a.Outcome, now, "", 0
	if a.Outcome == ComplaintRefused || a.Outcome == ComplaintReplaced {
		return o.withComplaintAs(c), true, nil
	}
	o, r, err := o.withRefund(a.refund(o), now)
	if err != nil {
		return o, false, err
	}
	if c.Refund = r.Number; r.WaitsForSecond() {
		c.State, c.AnsweredAt, c.Waits = ComplaintOpen, time.Time{}, a.Outcome
	}
	return o.withComplaintAs(c), true, nil
}

// refund is the refund that an answer decides to make.
func (a ComplaintAnswer) refund(o Order) RefundWish {
	if a.Outcome == ComplaintRefunded {
		a.Amount = money.Amount{Minor: o.Refundable()}
	}
	return RefundWish{OrderID: o.ID, Amount: a.Amount, Reason: Complained, By: a.By, Alone: a.Alone, complaint: true}
}

func (o Order) withComplaintAs(c Complaint) Order {
	o.Complaints = slices.Clone(o.Complaints)
	o.Complaints[o.complaintAt(c.Number)] = c
	return o
}

// withRefundDecided returns the order after the second person has approved a refund, or ended it: the complaint that it is for has its
// answer then, or waits for another.
func (o Order) withRefundDecided(number int, now time.Time) (Order, []event.Event) {
	i := slices.IndexFunc(o.Complaints, func(c Complaint) bool { return c.Waits != "" && c.Refund == number })
	if i < 0 {
		return o, nil
	}
	c := o.Complaints[i]
	if o.Refunds[number-1].State.Dropped() {
		c.Answer, c.By, c.Waits, c.Refund = "", "", "", 0
		return o.withComplaintAs(c), nil
	}
	c.State, c.AnsweredAt, c.Waits = c.Waits, now, ""
	o = o.withComplaintAs(c)
	return o, []event.Event{o.answered(c)}
}

// answered is the event of a complaint's answer.
func (o Order) answered(c Complaint) event.Event {
	e := event.ComplaintAnswered{
		OrderID: o.ID, Ref: o.Ref(), Name: o.Customer.Name, Email: o.Customer.Email, Market: o.Market, Complaint: int64(c.Number), Outcome: string(c.State),
		Refund: int64(c.Refund), Currency: string(o.Total.Currency), Replacement: c.Replacement, TestID: o.TestID, RulesVersion: o.Rules, Language: o.Language,
	}
	if c.Refund != 0 {
		e.Amount = o.Refunds[c.Refund-1].Amount
	}
	return e
}

// AnswerComplaint stores what was decided about a complaint, with the refund or the order that it was decided to make. Of two answers the first one
// counts, and the same one again changes nothing.
func AnswerComplaint(tx Tx, a ComplaintAnswer) (Order, error) {
	o, err := tx.Order()
	if err != nil {
		return o, err
	}
	after, fresh, err := o.withAnswer(a, tx.Now())
	if err != nil || !fresh {
		return o, err
	}
	c, _ := after.Complaint(a.Complaint)
	var told []event.Event
	if c.State == ComplaintReplaced {
		made, err := replace(tx, o, a.Replacement)
		if err != nil {
			return o, err
		}
		c.Replacement = made.ID
		after, told = after.withComplaintAs(c), made.Arrived()
	}
	if c.State != ComplaintOpen {
		told = append(told, after.answered(c))
	}
	tx.Update(after)
	return after, tx.Journal(told...)
}
