package ops_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/surfaces/ops"
)

// watched is a rule whose conditions the test sets.
type watched struct {
	ops.Rule
	mu    sync.Mutex
	found []ops.Condition
	err   error
}

func watch(name string, after time.Duration) *watched {
	w := &watched{}
	w.Rule = ops.Rule{Name: name, After: after, Check: func(context.Context, time.Time) ([]ops.Condition, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.found, w.err
	}}
	return w
}

// set sets a rule's conditions.
func (w *watched) set(err error, keys ...string) {
	var found []ops.Condition
	for _, key := range keys {
		found = append(found, ops.Condition{Key: key, Severity: ops.High, What: w.Name + " " + key, Do: "mend it"})
	}
	w.see(err, found...)
}

func (w *watched) see(err error, found ...ops.Condition) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.found, w.err = found, err
}

// TestOneCauseIsOneAlert: without a database no rule can be evaluated, no one takes events and nothing is published. One
// alert reports it, with the rest; when the database is back, what remains is reported by itself.
func TestOneCauseIsOneAlert(t *testing.T) {
	storage, consuming, late := watch("storage", 0), watch("subscriber-not-consuming", 2*time.Second), watch("overdue", 0)
	outbox := watch("outbox", 0)
	withEngine(t, 0, func(t *testing.T, e *engine) {
		e.set(time.Second/2, nil)
		storage.set(nil, "")
		late.set(errors.New("no database"))
		e.set(time.Second, nil)
		e.want(t, "at once", "fired storage storage ")
		var all []string
		for i := range 16 {
			all = append(all, fmt.Sprint("subscriber ", i))
		}
		consuming.set(nil, all...)
		outbox.set(nil, "relay")
		e.set(5*time.Minute, nil)
		e.want(t, "during the outage", "")
		open := e.List().Open
		if len(open) != 1 || len(open[0].Follows) != 18 || open[0].Severity != ops.Critical {
			t.Errorf("open: %+v", open)
		}

		storage.set(nil)
		late.set(nil)
		outbox.set(nil)
		e.set(4*time.Second, nil)
		e.want(t, "right after it", "")
		consuming.set(nil, "subscriber 7")
		e.set(20*time.Second, nil)
		e.want(t, "after it", "over storage storage ; fired subscriber-not-consuming subscriber-not-consuming subscriber 7")
	}, storage.Rule, consuming.Rule, late.Rule, outbox.Rule)
}

// TestWhatWasToldBeforeItsCauseStaysAnAlert, and its end is reported.
func TestWhatWasToldBeforeItsCauseStaysAnAlert(t *testing.T) {
	partner, late := watch("partner-failing", 0), watch("overdue", 0)
	withEngine(t, 0, func(t *testing.T, e *engine) {
		e.set(time.Second/2, nil)
		late.set(nil, "stock.OrderPlaced", "finance.OrderPlaced")
		e.set(time.Second, nil)
		e.want(t, "first", "fired overdue overdue finance.OrderPlaced; fired overdue overdue stock.OrderPlaced")
		partner.set(nil, "stockist")
		late.set(nil, "stock.OrderPlaced", "finance.OrderPlaced", "PLACED")
		e.set(time.Minute, nil)
		e.want(t, "then", "fired partner-failing partner-failing stockist")
		partner.set(nil)
		late.set(nil)
		e.set(time.Minute, nil)
		if got := e.news(); strings.Count(got, "over ") != 3 || strings.Contains(got, "PLACED;") {
			t.Errorf("at last told %q", got)
		}
	}, partner.Rule, late.Rule)
}

// TestACauseIsAsSevereAsWhatFollows, and is reported so.
func TestACauseIsAsSevereAsWhatFollows(t *testing.T) {
	partner, doubt := watch("partner-failing", 0), watch("payment-in-doubt", 0)
	withEngine(t, 0, func(t *testing.T, e *engine) {
		e.set(time.Second/2, nil)
		partner.set(nil, "payments-us")
		e.set(5*time.Second, nil)
		doubt.see(nil, ops.Condition{Severity: ops.Critical, What: "in doubt"})
		e.set(5*time.Second, nil)
		e.want(t, "in the end", "fired partner-failing partner-failing payments-us; repeated partner-failing partner-failing payments-us")
		if open := e.List().Open; len(open) != 1 || open[0].Severity != ops.Critical || open[0].Follows[0].Rule != "payment-in-doubt" {
			t.Errorf("open: %+v", open)
		}
	}, partner.Rule, doubt.Rule)
}

// TestAConditionNamesWhatFollowsFromIt, also through another cause.
func TestAConditionNamesWhatFollowsFromIt(t *testing.T) {
	frozen, partner, late := watch("frozen", 0), watch("partner-failing", 0), watch("overdue", 0)
	withEngine(t, 0, func(t *testing.T, e *engine) {
		e.set(time.Second/2, nil)
		frozen.see(nil, ops.Condition{Key: "a", Severity: ops.High, What: "frozen a", Explains: []string{"partner-failing/books"}})
		partner.set(nil, "books")
		late.set(nil, "finance.OrderPlaced")
		e.set(5*time.Second, nil)
		e.want(t, "in the end", "fired frozen frozen a")
		if open := e.List().Open; len(open) != 1 || len(open[0].Follows) != 2 {
			t.Errorf("open: %+v", open)
		}
	}, frozen.Rule, partner.Rule, late.Rule)
}

// TestAProviderExplainsItsOwnDeclinesOnly: another one may decline for its own reason at the same time.
func TestAProviderExplainsItsOwnDeclinesOnly(t *testing.T) {
	partner, business := watch("partner-failing", 0), watch("business", 0)
	withEngine(t, 0, func(t *testing.T, e *engine) {
		e.set(time.Second/2, nil)
		partner.set(nil, "payments-us")
		business.set(nil, "payments-us", "payments-mx")
		e.set(5*time.Second, nil)
		e.want(t, "of two providers", "fired business business payments-mx; fired partner-failing partner-failing payments-us")
	}, partner.Rule, business.Rule)
}

// TestAnOpenAlertGetsNoMilder: its consequences may end and return, and would be reported each time.
func TestAnOpenAlertGetsNoMilder(t *testing.T) {
	partner, doubt := watch("partner-failing", 0), watch("payment-in-doubt", 0)
	withEngine(t, 0, func(t *testing.T, e *engine) {
		e.set(time.Second/2, nil)
		partner.set(nil, "payments-us")
		for range 5 {
			doubt.see(nil, ops.Condition{Severity: ops.Critical, What: "in doubt"})
			e.set(5*time.Second, nil)
			doubt.set(nil)
			e.set(5*time.Second, nil)
		}
		if got := e.news(); strings.Count(got, "repeated") > 1 {
			t.Errorf("told %q", got)
		}
		if open := e.List().Open; len(open) != 1 || open[0].Severity != ops.Critical {
			t.Errorf("open: %+v", open)
		}
	}, partner.Rule, doubt.Rule)
}

// TestAConditionMayWaitForLongerThanItsRule, and explains others meanwhile.
func TestAConditionMayWaitForLongerThanItsRule(t *testing.T) {
	bus, outbox := watch("bus", 2*time.Second), watch("outbox", 0)
	withEngine(t, 0, func(t *testing.T, e *engine) {
		e.set(time.Second/2, nil)
		bus.see(nil, ops.Condition{Key: "away", Severity: ops.Critical, What: "no leader", After: 10 * time.Second})
		outbox.set(nil, "relay")
		e.set(9*time.Second, nil)
		e.want(t, "at first", "")
		e.set(5*time.Second, nil)
		e.want(t, "then", "fired bus no leader")
	}, bus.Rule, outbox.Rule)
}

// TestAtFirstNothingIsKnown: an empty list means something only once each rule has had its time.
func TestAtFirstNothingIsKnown(t *testing.T) {
	slow := watch("slow", 10*time.Second)
	slow.set(nil, "k")
	withEngine(t, 0, func(t *testing.T, e *engine) {
		if e.List().Sure {
			t.Error("sure before the first look")
		}
		e.set(5*time.Second, nil)
		if list := e.List(); list.Sure || len(list.Open) != 0 {
			t.Errorf("sure while a rule waits: %+v", list)
		}
		e.set(10*time.Second, nil)
		if list := e.List(); !list.Sure || len(list.Open) != 1 {
			t.Errorf("not sure after its time: %+v", list)
		}
	}, slow.Rule)
}
