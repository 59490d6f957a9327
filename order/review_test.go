package order

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// inReview is an order in a status that waits for steps.
func inReview(s Status, steps ...string) Order {
	o := Order{ID: 7, Status: s, StatusAt: time.Unix(1, 0)}
	for _, step := range steps {
		o.Reviews = append(o.Reviews, Review{Step: step, State: ReviewOpen})
	}
	return o
}

// TestTheWayToTheBookLeadsThroughTheReviews, whoever wishes it.
func TestTheWayToTheBookLeadsThroughTheReviews(t *testing.T) {
	for _, byEvent := range []bool{true, false} {
		m := Move{To: Placed, Event: byEvent}
		o, changed, err := inReview(Created, "fraud").Apply(m, time.Now())
		if err != nil || !changed || o.Status != InReview {
			t.Fatalf("created: %s, %t, %v", o.Status, changed, err)
		}
		again, changed, err := o.Apply(m, time.Now())
		if changed || again.Status != InReview || (err == nil) != byEvent {
			t.Errorf("in review, by event %t: %s, %t, %v", byEvent, again.Status, changed, err)
		}
		o.Reviews[0].State = ReviewPassed
		if placed, _, err := o.Apply(m, time.Now()); err != nil || placed.Status != Placed {
			t.Errorf("reviewed: %s, %v", placed.Status, err)
		}
	}
}

// TestReviewed: the first decision of a step holds, and one that refuses ends the review.
func TestReviewed(t *testing.T) {
	passes, refuses := Decision("fraud", true, "screening", ""), Decision("fraud", false, "screening", "")
	approved := inReview(InReview, "approval", "fraud")
	approved.Reviews[0] = Decision("approval", true, "ann", "known")
	refused := inReview(InReview, "approval", "fraud")
	refused.Reviews[0] = Decision("approval", false, "ann", "")
	decided := inReview(Placed)
	decided.Reviews = []Review{passes}
	for name, c := range map[string]struct {
		o     Order
		d     Review
		holds bool
		code  fault.Code
		done  []event.Event
	}{
		"the only step passes": {inReview(InReview, "fraud"), passes, true, "", []event.Event{event.ReviewDone{
			OrderID: 7, Passed: true, Reviews: []event.Review{{Step: "fraud", State: "passed", By: "screening"}},
		}}},
		"another step is left": {inReview(InReview, "approval", "fraud"), passes, true, "", nil},
		"the last step passes": {approved, passes, true, "", []event.Event{event.ReviewDone{OrderID: 7, Passed: true, Reviews: []event.Review{
			{Step: "approval", State: "passed", By: "ann"}, {Step: "fraud", State: "passed", By: "screening"},
		}}}},
		"the first step refuses": {inReview(InReview, "approval", "fraud"), refuses, true, "", []event.Event{event.ReviewDone{
			OrderID: 7, Reviews: []event.Review{{Step: "approval", State: "open"}, {Step: "fraud", State: "refused", By: "screening"}},
		}}},
		"refused at another step": {refused, passes, false, "", nil},
		"the same again":          {decided, passes, true, "", nil},
		"the contrary":            {decided, refuses, false, "", nil},
		"cancelled":               {inReview(Cancelled, "fraud"), passes, false, "", nil},
		"too early":               {inReview(Created, "fraud"), passes, false, fault.Conflict, nil},
		"no such step":            {inReview(InReview, "approval"), passes, false, fault.Conflict, nil},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(c.o.Reviews)
			after, done, holds, err := c.o.WithReview(c.d, time.Unix(3, 0))
			if diff := cmp.Diff(c.done, done); diff != "" || holds != c.holds || fault.CodeOf(err) != c.code {
				t.Errorf("holds %t, %v: %s", holds, err, diff)
			}
			if !reflect.DeepEqual(c.o.Reviews, before) {
				t.Error("the order as it was before has changed")
			}
			if !holds && !reflect.DeepEqual(after, c.o) {
				t.Errorf("what does not hold changed it to %+v", after)
			}
		})
	}
}

// TestAnOrderIsNotPlacedUnreviewed, whatever comes in whatever order: moves, decisions, both again and again. Its review is
// done once at the most.
func TestAnOrderIsNotPlacedUnreviewed(t *testing.T) {
	steps := []string{"approval", "fraud", "third"}
	rapid.Check(t, func(t *rapid.T) {
		o := inReview(Created, steps[:rapid.IntRange(1, len(steps)).Draw(t, "steps")]...)
		done := 0
		for range rapid.IntRange(0, 30).Draw(t, "moments") {
			before := o
			if rapid.Bool().Draw(t, "decision") {
				d := Decision(rapid.SampledFrom(steps).Draw(t, "step"), rapid.Bool().Draw(t, "passes"), "someone", "")
				after, events, _, _ := o.WithReview(d, time.Now())
				o, done = after, done+len(events)
			} else {
				o, _, _ = o.Apply(moves(t, 1, 1)[0], time.Now())
			}
			passed := !slices.ContainsFunc(o.Reviews, func(r Review) bool { return r.State != ReviewPassed })
			switch {
			case !passed && (o.Status == Placed || o.Status == Stocked || o.Status == DeliveryBooked):
				t.Fatalf("%s with %+v", o.Status, o.Reviews)
			case done > 1:
				t.Fatal("its review was done twice")
			case before.Status == Cancelled && o.Status != Cancelled:
				t.Fatalf("it came back from the dead: %s", o.Status)
			}
		}
	})
}

func TestReviewsOf(t *testing.T) {
	r := &Rules{Reviews: map[string][]ReviewRule{
		"fraud":    {{Markets: []string{"US"}, CustomerTypes: []string{"B2C"}, Over: map[money.Currency]int64{"USD": 1000}}},
		"approval": {{CustomerTypes: []string{"B2B"}}, {Over: map[money.Currency]int64{"USD": 9000, "MXN": 90000}}},
	}}
	for _, c := range []struct {
		market, customerType string
		total                money.Amount
		want                 []string
	}{
		{"US", "B2C", money.Amount{Minor: 1000, Currency: "USD"}, nil},
		{"US", "B2C", money.Amount{Minor: 1001, Currency: "USD"}, []string{"fraud"}},
		{"MX", "B2C", money.Amount{Minor: 9001, Currency: "MXN"}, nil},
		{"MX", "B2C", money.Amount{Minor: 90001, Currency: "MXN"}, []string{"approval"}},
		{"US", "B2B", money.Amount{Minor: 1, Currency: "USD"}, []string{"approval"}},
		{"US", "B2C", money.Amount{Minor: 9001, Currency: "USD"}, []string{"approval", "fraud"}},
	} {
		var got []string
		for _, review := range r.ReviewsOf(Order{Market: c.market, CustomerType: c.customerType, Total: c.total}, false) {
			if got = append(got, review.Step); review.State != ReviewOpen {
				t.Errorf("%+v", review)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestOrdersOfNewOrganizationsNeedApproval, unless the rules name them or say nothing of it; test orders need none.
func TestOrdersOfNewOrganizationsNeedApproval(t *testing.T) {
	r := someRules(t)
	business := r.CustomerTypes["B2B"]
	business.OrgNumber = &OrgNumbers{Min: 6, Max: 20, ApproveNew: true, Known: []string{"123456"}}
	r.CustomerTypes["B2B"] = business
	for name, c := range map[string]struct {
		o     Order
		known bool
		want  int
	}{
		"new":           {Order{CustomerType: "B2B", OrgNumber: "654321"}, false, 1},
		"known":         {Order{CustomerType: "B2B", OrgNumber: "654321"}, true, 0},
		"named":         {Order{CustomerType: "B2B", OrgNumber: "123456"}, false, 0},
		"a test":        {Order{CustomerType: "B2B", OrgNumber: "654321", TestID: 1}, false, 0},
		"an individual": {Order{CustomerType: "B2C"}, false, 0},
	} {
		if got := r.ReviewsOf(c.o, c.known); len(got) != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestTallies: what each state of an order counts as.
func TestTallies(t *testing.T) {
	passed := []Review{{Step: Approval, State: ReviewPassed}}
	at := time.Unix(1, 0)
	for name, c := range map[string]struct {
		o    Order
		want string
	}{
		"to be paid":          {Order{Status: PaymentPending, PaymentProvider: "p"}, "pending pending"},
		"paid":                {Order{Status: Created, PaymentProvider: "p"}, ""},
		"declined":            {Order{Status: PaymentDeclined, PaymentProvider: "p"}, ""},
		"by invoice":          {Order{Status: Stocked, OrgNumber: "123456", Total: money.Amount{Minor: 5}}, "unpaid unpaid unpaid"},
		"by invoice, in need": {Order{Status: InReview, OrgNumber: "123456", Total: money.Amount{Minor: 5}, Reviews: passed}, "unpaid unpaid unpaid"},
		"approved":            {Order{Status: Placed, OrgNumber: "123456", Total: money.Amount{Minor: 5}, Reviews: passed}, "unpaid unpaid unpaid approved"},
		"cancelled":           {Order{Status: Cancelled, OrgNumber: "123456", Total: money.Amount{Minor: 5}, Reviews: passed, DeliveryTime: at}, ""},
		"booked":              {Order{Status: DeliveryBooked, PaymentProvider: "p", DeliveryTime: at}, "delivery delivery"},
		"free of charge":      {Order{Status: Created}, ""},
		"a test":              {Order{Status: PaymentPending, PaymentProvider: "p", TestID: 1, DeliveryTime: at}, ""},
	} {
		var kinds []string
		c.o.Customer.Email = "zoe@example.com" // an order without a customer is erased, and counts as nothing
		for _, tally := range c.o.Tallies() {
			kinds = append(kinds, tally.Kind)
		}
		if got := strings.Join(kinds, " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
