package order

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

// dear is an order in review at a step that takes two persons.
func dear(step string) Order {
	o := inReview(InReview, step)
	o.Reviews[0].Two = true
	return o
}

// TestItTakesTwoPersons to pass an order over the limit, with names of their own, and one to refuse it.
func TestItTakesTwoPersons(t *testing.T) {
	for name, c := range map[string]struct {
		step, says, state, why string // says: who, in turn; ! refuses
	}{
		"one":                     {"approval", "ann", ReviewOpen, ""},
		"one twice":               {"approval", "ann ann", ReviewOpen, "ann has approved it already; an order of this amount waits for a second person"},
		"two":                     {"approval", "ann bob", ReviewPassed, ""},
		"two and the first again": {"approval", "ann bob ann", ReviewPassed, ""},
		"one refuses":             {"approval", "!ann", ReviewRefused, ""},
		"the second refuses":      {"approval", "ann !bob", ReviewRefused, ""},
		"the first thinks again":  {"approval", "ann !ann", ReviewRefused, ""},
		"no one's name":           {"approval", "local", ReviewOpen, "two operators with names of their own"},
		"the private token":       {"approval", "ann token", ReviewOpen, "two operators with names of their own"},
		"a process":               {"approval", "ann services", ReviewOpen, "two operators with names of their own"},
		"the fraud check":         {"fraud", "screening", ReviewPassed, ""},
		"overruled by one":        {"fraud", "ann", ReviewOpen, ""},
		"overruled by two":        {"fraud", "ann bob", ReviewPassed, ""},
		"not the fraud check's":   {"approval", "screening screening", ReviewOpen, "waits for a second person"},
	} {
		t.Run(name, func(t *testing.T) {
			o, events := dear(c.step), 0
			var done []event.Event
			var err error
			for by := range strings.FieldsSeq(c.says) {
				by, refuses := strings.CutPrefix(by, "!")
				o, done, _, err = o.WithReview(Decision(c.step, !refuses, by, "why"), time.Unix(3, 0))
				events += len(done)
			}
			if o.Reviews[0].State != c.state || (events == 1) != (c.state != ReviewOpen) {
				t.Errorf("%+v, %d events", o.Reviews[0], events)
			}
			if c.why == "" && err != nil || c.why != "" && (fault.CodeOf(err) != fault.Conflict || !strings.Contains(fmt.Sprint(err), c.why)) {
				t.Errorf("%v; want %q", err, c.why)
			}
		})
	}
}

// TestOneNeverPassesADearOrder, whatever is said by whom in whatever order; what is refused changes nothing.
func TestOneNeverPassesADearOrder(t *testing.T) {
	names := append([]string{"", "ann", "bob"}, NoOnes...)
	rapid.Check(t, func(t *rapid.T) {
		o, said := dear(Approval), map[string]bool{}
		for range rapid.IntRange(0, 10).Draw(t, "decisions") {
			by := rapid.SampledFrom(names).Draw(t, "by")
			before := o.Reviews[0]
			after, _, _, err := o.WithReview(Decision(Approval, true, by, ""), time.Now())
			if err != nil && after.Reviews[0] != before {
				t.Fatalf("refused, and changed to %+v", after.Reviews[0])
			}
			o, said[by] = after, true
		}
		if passed := o.Reviews[0].State == ReviewPassed; passed != (said["ann"] && said["bob"]) {
			t.Fatalf("%+v after %v", o.Reviews[0], said)
		}
	})
}

// TestWhichOrdersTakeTwo: real ones over the limit in their currency, at whatever review they have.
func TestWhichOrdersTakeTwo(t *testing.T) {
	r := &Rules{Reviews: map[string][]ReviewRule{"fraud": {{}}, "approval": {{}}}, SecondPersonOver: map[money.Currency]int64{"USD": 1000, "MXN": 20000}}
	for _, c := range []struct {
		total money.Amount
		test  int64
		want  bool
	}{
		{money.Amount{Minor: 1000, Currency: "USD"}, 0, false}, {money.Amount{Minor: 1001, Currency: "USD"}, 0, true},
		{money.Amount{Minor: 1001, Currency: "USD"}, 7, false}, {money.Amount{Minor: 20000, Currency: "MXN"}, 0, false},
		{money.Amount{Minor: 20001, Currency: "MXN"}, 0, true},
	} {
		for _, review := range r.ReviewsOf(Order{Total: c.total, TestID: c.test}, true) {
			if review.Two != c.want {
				t.Errorf("%+v: %+v", c, review)
			}
		}
	}
	none := &Rules{Reviews: r.Reviews}
	if all := none.ReviewsOf(Order{Total: money.Amount{Minor: MaxTotal, Currency: "USD"}}, true); len(all) != 2 || all[0].Two || all[1].Two {
		t.Errorf("without a limit: %+v", all)
	}
}
