package ops

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// evaluate compares the rules' results with the known alerts, and reports the differences.
func (a *Alerts) evaluate(answers []answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(answers) == 0 {
		return
	}
	a.looked = a.Now()
	if a.known == nil {
		a.known = map[string]*tracked{}
	}
	blind := map[string]bool{}
	for _, got := range answers {
		if got.err != nil {
			blind[got.rule.Name] = true
			a.observe(Rule{Name: BlindRule, After: blindAfter}, blindness(got))
			continue
		}
		for _, c := range got.found {
			a.observe(got.rule, c)
		}
	}
	known := a.sorted()
	a.fold(known)
	a.sure = a.sure || !slices.ContainsFunc(known, (*tracked).waits)
	for _, t := range known {
		if t.seen.Equal(a.looked) {
			a.fire(t)
		} else {
			a.resolve(t, blind[t.Rule])
		}
	}
}

// sorted returns the known alerts by key, so that evaluations are deterministic.
func (a *Alerts) sorted() (all []*tracked) {
	for _, key := range slices.Sorted(maps.Keys(a.known)) {
		all = append(all, a.known[key])
	}
	return all
}

// BlindRule is the name of the alerts about rules that fail.
const BlindRule = "cannot-look"

func blindness(got answer) Condition {
	return Condition{
		Key: got.rule.Name, Severity: Critical,
		What: fmt.Sprintf("The shop cannot look whether there is an alert %q: %.200s", got.rule.Name, got.err),
		Do:   "See the log: the database or the bus does not answer. Until then no such alert can fire.",
	}
}

// observe records a condition.
func (a *Alerts) observe(rule Rule, c Condition) {
	key := rule.Name + "/" + c.Key
	t := a.known[key]
	if t == nil {
		if len(a.known) >= maxOpen {
			return
		}
		t = &tracked{Alert: Alert{key: key}, first: a.looked}
		a.known[key] = t
	}
	t.seen, t.after, t.Rule, t.own, t.explained = a.looked, max(rule.After, c.After), rule.Name, c.Own, c.Explains
	t.severity, t.What, t.Do, t.OrderCount = c.Severity, c.What, c.Do, max(c.Count, len(c.Orders))
	if since := cmp.Or(c.Since, t.first); t.Since.IsZero() || since.Before(t.Since) {
		t.Since = since
	}
	t.Orders = []OrderLink{}
	for _, id := range c.Orders[:min(len(c.Orders), MaxOrders)] {
		t.Orders = append(t.Orders, OrderLink{id, a.Link(id)})
	}
}

// fire reports an observed alert when it is new, lasts, or has become more severe. A consequence is not reported; it
// counts as new when its cause is gone.
func (a *Alerts) fire(t *tracked) {
	worse := ranks[t.severity] > ranks[t.Severity]
	if worse || t.reported.IsZero() { // it only rises while the alert is open: consequences may come and go
		t.Severity = t.severity
	}
	switch {
	case t.cause != nil:
		t.alone = time.Time{}
		return
	case t.alone.IsZero():
		t.alone = a.looked
	}
	switch {
	case t.reported.IsZero() && a.looked.Sub(t.alone) >= t.after:
		t.Fired, t.ID = a.looked, t.key+"/"+strconv.FormatInt(a.looked.Unix(), 10)
		a.tell(t, Fired)
	case !t.reported.IsZero() && (worse || a.looked.Sub(t.reported) >= repeatEvery):
		a.tell(t, Repeated)
	}
}

// waits reports whether an alert is observed but must last longer before it fires.
func (t *tracked) waits() bool { return t.cause == nil && t.reported.IsZero() && t.after > 0 }

// resolve ends an alert that has not been observed for long enough. Alerts of a failing rule do not end.
func (a *Alerts) resolve(t *tracked, blind bool) {
	switch {
	case blind:
		t.seen = a.looked
	case t.reported.IsZero():
		delete(a.known, t.key)
	case a.looked.Sub(t.seen) >= calm<<min(a.flaps(t.key), maxDoubled):
		delete(a.known, t.key)
		t.Ended = &t.seen
		a.tell(t, Over)
		a.ended = append(a.ended, t.Alert)
		a.ended = a.ended[max(0, len(a.ended)-maxEnded):]
	}
}

// flaps counts how often the alert ended within flapsWithin.
func (a *Alerts) flaps(key string) (n int) {
	for _, e := range a.ended {
		if e.key == key && a.looked.Sub(*e.Ended) < flapsWithin {
			n++
		}
	}
	return n
}

func (a *Alerts) tell(t *tracked, transition Transition) {
	t.reported = a.looked
	a.Notify(Notice{Transition: transition, At: t.reported, Shop: a.Shop, Alert: t.Alert})
}
