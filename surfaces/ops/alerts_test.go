package ops_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/surfaces/ops"
)

// engine runs alerts on conditions set by the test.
type engine struct {
	*ops.Alerts
	mu    sync.Mutex
	found []ops.Condition
	err   error
	told  []ops.Notice
}

// withEngine runs an engine with one rule, and others beside it, until the test ends.
func withEngine(t *testing.T, after time.Duration, test func(*testing.T, *engine), others ...ops.Rule) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := &engine{}
		rule := ops.Rule{Name: "r", After: after, Check: func(context.Context, time.Time) ([]ops.Condition, error) {
			e.mu.Lock()
			defer e.mu.Unlock()
			return slices.Clone(e.found), e.err
		}}
		e.Alerts = &ops.Alerts{
			Rules: append([]ops.Rule{rule}, others...), Now: time.Now, Shop: "http://shop", Notify: func(n ops.Notice) { e.told = append(e.told, n) },
			Link: func(int64) string { return "link" },
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { e.Run(ctx); close(ended) }()
		test(t, e)
		stop()
		<-ended
	})
}

// set sets the conditions, and lets time pass.
func (e *engine) set(d time.Duration, err error, found ...ops.Condition) {
	e.mu.Lock()
	e.found, e.err = found, err
	e.mu.Unlock()
	time.Sleep(d)
	synctest.Wait()
}

// news returns what was reported since the last call.
func (e *engine) news() string {
	var all []string
	for _, n := range e.told {
		all = append(all, string(n.Transition)+" "+n.Alert.Rule+" "+n.Alert.What)
	}
	e.told = nil
	return strings.Join(all, "; ")
}

func (e *engine) want(t *testing.T, when, want string) {
	t.Helper()
	if got := e.news(); got != want {
		t.Errorf("%s, told %q, want %q", when, got, want)
	}
}

var wrong = ops.Condition{Key: "k", Severity: ops.High, What: "wrong", Do: "mend it", Orders: []int64{7}}

func TestAnAlertFiresOnceIsRepeatedRarelyAndEnds(t *testing.T) {
	withEngine(t, 0, func(t *testing.T, e *engine) {
		begun := time.Now()
		e.set(time.Second+time.Millisecond, nil, wrong)
		e.want(t, "after a second", "fired r wrong")
		e.set(59*time.Minute, nil, wrong)
		e.want(t, "for most of an hour", "")
		e.set(2*time.Hour, nil, wrong)
		e.want(t, "for two hours more", "repeated r wrong; repeated r wrong")
		list := e.List()
		open, looked := list.Open, list.Looked
		if len(open) != 1 || open[0].Since.Sub(begun) > time.Second || open[0].Orders[0] != (ops.OrderLink{OrderID: 7, Link: "link"}) || time.Since(looked) > time.Second {
			t.Errorf("open %+v, looked %s", open, looked)
		}
		e.set(8*time.Second, nil)
		e.want(t, "while it is not sure", "")
		e.set(4*time.Second, nil)
		e.want(t, "after it was well for 10 s", "over r wrong")
		list = e.List()
		open, ended := list.Open, list.Ended
		if len(open) != 0 || len(ended) != 1 || ended[0].Ended == nil || ended[0].Ended.Sub(ended[0].Fired) < 2*time.Hour {
			t.Errorf("open %+v, ended %+v", open, ended)
		}
	})
}

// TestWhatComesAndGoesIsToldAFewTimes: on for 11 s and off for 11 s, for an hour.
func TestWhatComesAndGoesIsToldAFewTimes(t *testing.T) {
	withEngine(t, 0, func(t *testing.T, e *engine) {
		for range 160 {
			e.set(11*time.Second, nil, wrong)
			e.set(11*time.Second, nil)
		}
		if n := len(e.told); n > 4 {
			t.Errorf("told %d times in an hour: %s", n, e.news())
		}
	})
}

func TestAMomentIsNotToldByARuleThatWaits(t *testing.T) {
	withEngine(t, 3*time.Second, func(t *testing.T, e *engine) {
		for range 10 {
			e.set(3*time.Second, nil, wrong)
			e.set(2*time.Second, nil)
		}
		e.want(t, "after moments", "")
		e.set(5*time.Second, nil, wrong)
		e.want(t, "after 5 s", "fired r wrong")
	})
}

func TestAnAlertThatGetsWorseIsToldAgain(t *testing.T) {
	withEngine(t, 0, func(t *testing.T, e *engine) {
		mild, severe := wrong, wrong
		mild.Severity, severe.Severity, severe.What = ops.Warning, ops.Critical, "worse"
		e.set(5*time.Second, nil, mild)
		e.set(5*time.Second, nil, severe)
		e.set(5*time.Second, nil, mild)
		e.want(t, "after it got worse and better", "fired r wrong; repeated r worse")
	})
}

// TestARuleThatCannotLookIsAnAlert: the database may not answer. Open alerts stay open, since nothing is known.
func TestARuleThatCannotLookIsAnAlert(t *testing.T) {
	withEngine(t, 0, func(t *testing.T, e *engine) {
		e.set(2*time.Second, nil, wrong)
		e.set(time.Minute, errors.New("locked"))
		e.want(t, "without a look", `fired r wrong; fired cannot-look The shop cannot look whether there is an alert "r": locked`)
		e.set(30*time.Second, nil)
		if got := e.news(); !strings.Contains(got, "over r wrong") || !strings.Contains(got, "over cannot-look") {
			t.Errorf("told %q", got)
		}
	})
}

// TestARuleThatHangsHoldsUpNoOther, and neither does one that panics.
func TestARuleThatHangsHoldsUpNoOther(t *testing.T) {
	var asked atomic.Int64
	var hang atomic.Pointer[chan struct{}] // set before the first evaluation
	hangs := ops.Rule{Name: "hangs", Check: func(context.Context, time.Time) ([]ops.Condition, error) {
		asked.Add(1)
		<-*hang.Load()
		return nil, nil
	}}
	panics := ops.Rule{Name: "panics", Check: func(context.Context, time.Time) ([]ops.Condition, error) { panic("oh") }}
	withEngine(t, 0, func(t *testing.T, e *engine) {
		end := make(chan struct{})
		hang.Store(&end)
		e.set(10*time.Second, nil, wrong)
		got := e.news()
		for _, want := range []string{"fired r wrong", `alert "hangs": no answer within 2s`, `alert "panics": panic: oh`} {
			if strings.Count(got, want) != 1 {
				t.Errorf("told %q, want once %q", got, want)
			}
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("the rule that hangs was asked %d times", n)
		}
		close(end)
		e.set(time.Minute, nil)
		if got := e.news(); !strings.Contains(got, `over cannot-look The shop cannot look whether there is an alert "hangs"`) {
			t.Errorf("told %q", got)
		}
	}, hangs, panics)
}

func TestAlertsAreBounded(t *testing.T) {
	withEngine(t, 0, func(t *testing.T, e *engine) {
		var many []ops.Condition
		for i := range 1000 {
			c := wrong
			c.Key, c.Orders = strings.Repeat("k", i+1), make([]int64, 500)
			many = append(many, c)
		}
		e.set(5*time.Second, nil, many...)
		e.set(20*time.Second, nil)
		ended := e.List().Ended
		if len(e.told) > 400 || len(ended) > 100 || len(ended[0].Orders) > ops.MaxOrders || ended[0].OrderCount != 500 {
			t.Errorf("%d told, %d ended, %d orders of %d", len(e.told), len(ended), len(ended[0].Orders), ended[0].OrderCount)
		}
	})
}
