package order

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// newYork is a market whose customers may complain for thirty days, and return for fourteen.
func newYork(t interface{ Fatal(...any) }) Market {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return Market{Zone: zone}
}

// bought is an order of 100.00 dollars that was paid, and delivered at a time.
func bought(delivered time.Time) Order {
	return Order{
		ID: 7, Status: Delivered, StatusAt: delivered.Add(time.Hour), Tracking: Tracking{At: delivered}, Customer: Customer{Name: "Zoë", Email: "zoe@example.com"},
		Total: money.Amount{Minor: 10_000, Currency: "USD"}, PaymentReference: "ch_1",
		Payments: []Payment{{Number: 1, State: payments.Paid, Reference: "ch_1", Amount: 10_000}}, Market: "US",
	}
}

var atNoon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// TestComplaintsHaveTheirTime: it ends with a day of the market, and begins with the delivery.
func TestComplaintsHaveTheirTime(t *testing.T) {
	market := newYork(t)
	none := market
	none.Complaints = &ComplaintDays{Complain: 0, Return: 1}
	tracked, booked, failed := bought(atNoon), bought(time.Time{}), bought(atNoon)
	booked.Status, booked.DeliveryTime, booked.DeliveryUntil = DeliveryBooked, atNoon.Add(-2*time.Hour), atNoon
	failed.Status = DeliveryFailed
	late := bought(time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)) // the evening of 1 March in New York
	for name, c := range map[string]struct {
		order  Order
		kind   ComplaintKind
		market Market
		at     string // in New York
		want   fault.Code
	}{
		"the last moment":                 {tracked, ComplaintDamaged, market, "2026-03-31 23:59", ""},
		"the next":                        {tracked, ComplaintDamaged, market, "2026-04-01 00:00", fault.TooLate},
		"a return":                        {tracked, ComplaintReturn, market, "2026-03-15 23:59", ""},
		"a late return":                   {tracked, ComplaintReturn, market, "2026-03-16 00:00", fault.TooLate},
		"something else":                  {tracked, ComplaintOther, market, "2026-03-31 23:59", ""},
		"by the market's day":             {late, ComplaintDamaged, market, "2026-03-31 23:59", ""},
		"that day is over":                {late, ComplaintDamaged, market, "2026-04-01 00:00", fault.TooLate},
		"on the day":                      {tracked, ComplaintDamaged, none, "2026-03-01 23:59", ""},
		"the day after":                   {tracked, ComplaintDamaged, none, "2026-03-02 00:00", fault.TooLate},
		"nobody reports: the window ends": {booked, ComplaintDamaged, market, "2026-03-01 07:00", ""},
		"before that":                     {booked, ComplaintDamaged, market, "2026-03-01 06:59", fault.NotReady},
		"not delivered":                   {failed, ComplaintDamaged, market, "2026-03-02 07:00", fault.NotReady},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.at, market.Zone)
		if err != nil {
			t.Fatal(err)
		}
		_, _, _, err = c.order.withComplaint(ComplaintWish{Kind: c.kind, Text: "It is broken", Market: c.market}, now)
		if fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestWhatIsComplainedIsChecked.
func TestWhatIsComplainedIsChecked(t *testing.T) {
	fits := ComplaintWish{Kind: ComplaintDamaged, Text: strings.Repeat("ñ", MaxComplaintText), Market: newYork(t)}
	if _, _, _, err := bought(atNoon).withComplaint(fits, atNoon); err != nil {
		t.Error(err)
	}
	lines := fits
	lines.Text = "It is broken.\nThe pot too."
	if _, _, _, err := bought(atNoon).withComplaint(lines, atNoon); err != nil {
		t.Error(err)
	}
	for field, change := range map[string]func(*ComplaintWish){
		"kind":   func(w *ComplaintWish) { w.Kind = "lost" },
		"text":   func(w *ComplaintWish) { w.Text += "a" },
		"text 2": func(w *ComplaintWish) { w.Text = " \n\u2800" },
		"text 3": func(w *ComplaintWish) { w.Text = "a\x00" },
		"text 4": func(w *ComplaintWish) { w.Text = "evil\u202etxt" },
		"photos": func(w *ComplaintWish) { w.Photos = make([][]byte, MaxComplaintPhotos+1) },
	} {
		w := fits
		change(&w)
		_, _, _, err := bought(atNoon).withComplaint(w, atNoon)
		if name, _, _ := strings.Cut(field, " "); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), name+": ") {
			t.Errorf("%s: %v", field, err)
		}
	}
	gone := bought(atNoon).WithoutPerson()
	if _, _, _, err := gone.withComplaint(fits, atNoon); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("an erased order: %v", err)
	}
}

// step is what someone does about an order's complaints.
type complaintStep struct {
	what    string
	text    string
	by      string
	amount  int64
	outcome ComplaintState
}

// TestComplaintsWhateverHappens: one waits at a time and an order has at most five, each has one answer, and what is given back never
// exceeds what was paid.
func TestComplaintsWhateverHappens(t *testing.T) {
	market := newYork(t)
	rapid.Check(t, func(t *rapid.T) {
		o, alone := bought(atNoon), int64(4_000)
		answers := map[int]string{}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			s := complaintStep{
				what: rapid.SampledFrom([]string{"complain", "answer", "answer", "approve", "refuse"}).Draw(t, "what"), text: fmt.Sprint("text ", rapid.IntRange(1, 9).Draw(t, "text")),
				by: rapid.SampledFrom([]string{"ann", "bob", ""}).Draw(t, "by"), amount: rapid.Int64Range(0, 6_000).Draw(t, "amount"),
				outcome: rapid.SampledFrom(ComplaintOutcomes).Draw(t, "outcome"),
			}
			after, told := s.on(o, market, &alone)
			for _, e := range told {
				answered, is := e.(event.ComplaintAnswered)
				if !is {
					continue
				}
				if before, twice := answers[int(answered.Complaint)]; twice {
					t.Fatalf("complaint %d was answered %s, and %s", answered.Complaint, before, answered.Outcome)
				}
				answers[int(answered.Complaint)] = answered.Outcome
			}
			o = after
			checkComplaints(t, o, answers)
		}
	})
}

// on returns the order after the step, and the events that the step states.
func (s complaintStep) on(o Order, m Market, alone *int64) (Order, []event.Event) {
	last := len(o.Refunds)
	switch s.what {
	case "complain":
		if after, c, fresh, err := o.withComplaint(ComplaintWish{Kind: ComplaintDamaged, Text: s.text, Market: m}, atNoon); err == nil && fresh {
			return after, []event.Event{after.complained(c)}
		}
	case "answer":
		a := ComplaintAnswer{OrderID: 7, Complaint: max(1, len(o.Complaints)), Outcome: s.outcome, Text: s.text, By: s.by, Alone: alone}
		if a.Outcome == ComplaintPartlyRefunded {
			a.Amount.Minor = s.amount
		}
		after, fresh, err := o.withAnswer(a, atNoon)
		if c, _ := after.Complaint(a.Complaint); err == nil && fresh && c.State != ComplaintOpen {
			return after, []event.Event{after.answered(c)}
		} else if err == nil {
			return after, nil
		}
	case "approve":
		if after, err := o.withApproval(last, s.by, atNoon); err == nil {
			return after.withRefundDecided(last, atNoon)
		}
	case "refuse":
		if after, err := o.withoutRefund(last, s.by, s.text, atNoon); err == nil {
			return after.withRefundDecided(last, atNoon)
		}
	}
	return o, nil
}

func checkComplaints(t *rapid.T, o Order, answers map[int]string) {
	open := 0
	for _, c := range o.Complaints {
		if c.State == ComplaintOpen {
			open++
		}
		if (c.State == ComplaintOpen) != (answers[c.Number] == "") || c.State != ComplaintOpen && string(c.State) != answers[c.Number] {
			t.Fatalf("complaint %d is %s, and the journal says %q", c.Number, c.State, answers[c.Number])
		}
		if pays := c.State == ComplaintRefunded || c.State == ComplaintPartlyRefunded; pays {
			if r := o.Refunds[c.Refund-1]; r.WaitsForSecond() || r.State.Void() || r.Reason != Complained {
				t.Fatalf("complaint %d is %s by %+v", c.Number, c.State, r)
			}
		}
	}
	if open > 1 || len(o.Complaints) > MaxComplaints || o.refunded(1) > o.Total.Minor {
		t.Fatalf("%d open of %d, and %d given back", open, len(o.Complaints), o.refunded(1))
	}
}

// TestAnAnswerIsCheckedAndCountsOnce.
func TestAnAnswerIsCheckedAndCountsOnce(t *testing.T) {
	o, _, _, err := bought(atNoon).withComplaint(ComplaintWish{Kind: ComplaintDamaged, Text: "broken", Market: newYork(t)}, atNoon)
	if err != nil {
		t.Fatal(err)
	}
	fits := ComplaintAnswer{OrderID: 7, Complaint: 1, Outcome: ComplaintPartlyRefunded, Amount: money.Amount{Minor: 2500}, Text: "We are sorry.", By: "ann"}
	for name, c := range map[string]struct {
		change func(*ComplaintAnswer)
		want   fault.Code
	}{
		"another complaint": {func(a *ComplaintAnswer) { a.Complaint = 2 }, fault.NotFound},
		"open again":        {func(a *ComplaintAnswer) { a.Outcome = ComplaintOpen }, fault.Invalid},
		"no amount":         {func(a *ComplaintAnswer) { a.Amount.Minor = 0 }, fault.Invalid},
		"too much":          {func(a *ComplaintAnswer) { a.Amount.Minor = 10_001 }, fault.Invalid},
		"another currency":  {func(a *ComplaintAnswer) { a.Amount.Currency = "MXN" }, fault.Invalid},
		"an amount for all": {func(a *ComplaintAnswer) { a.Outcome = ComplaintRefunded }, fault.Invalid},
		"no words":          {func(a *ComplaintAnswer) { a.Text = " " }, fault.Invalid},
		"a link":            {func(a *ComplaintAnswer) { a.Text = "see\nhttps://evil.example" }, fault.Invalid},
		"a novel":           {func(a *ComplaintAnswer) { a.Text = strings.Repeat("a", MaxComplaintText+1) }, fault.Invalid},
	} {
		a := fits
		c.change(&a)
		if after, _, err := o.withAnswer(a, atNoon); fault.CodeOf(err) != c.want || after.Complaints[0].State != ComplaintOpen {
			t.Errorf("%s: %v", name, err)
		}
	}
	after, fresh, err := o.withAnswer(fits, atNoon)
	if err != nil || !fresh || after.Refundable() != 7500 || !after.ComplainsSince().IsZero() {
		t.Fatalf("%+v, %v", after.Complaints, err)
	}
	if again, fresh, err := after.withAnswer(fits, atNoon.Add(time.Hour)); err != nil || fresh || !slices.Equal(again.Refunds, after.Refunds) {
		t.Errorf("the same again: %v, %v", fresh, err)
	}
	other := fits
	other.By = "bob"
	if _, _, err := after.withAnswer(other, atNoon); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("another one: %v", err)
	}
	if after.WithoutPerson().Complaints[0].Text+after.WithoutPerson().Complaints[0].Answer != "" || after.Complaints[0].Text == "" {
		t.Error("erasing keeps the words, or takes them from elsewhere too")
	}
}
