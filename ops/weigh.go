package ops

import (
	"cmp"
	"fmt"
	"strconv"
)

// weigh compares what the rules see with what is known, and tells the difference.
func (a *Alerts) weigh(answers []answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(answers) == 0 {
		return
	}
	if a.known == nil {
		a.known = map[string]*tracked{}
	}
	a.looked = a.Now()
	blind := map[string]bool{}
	for _, got := range answers {
		if got.err != nil {
			blind[got.rule.Name] = true
			a.see(Rule{Name: blindRule, After: blindAfter}, blindness(got))
			continue
		}
		for _, c := range got.found {
			a.see(got.rule, c)
		}
	}
	for key, t := range a.known {
		a.miss(key, t, blind[t.Rule])
	}
}

// blindRule is the name of the alerts that a rule cannot look.
const blindRule = "cannot-look"

func blindness(got answer) Condition {
	return Condition{
		Key: got.rule.Name, Severity: Critical,
		What: fmt.Sprintf("The shop cannot look whether there is an alert %q: %.200s", got.rule.Name, got.err),
		Do:   "See the log: the database or the bus does not answer. Until then no such alert can fire.",
	}
}

// see takes note of a condition, and tells it when it is new or lasts.
func (a *Alerts) see(rule Rule, c Condition) {
	key, now := rule.Name+"/"+c.Key, a.looked
	t := a.known[key]
	if t == nil {
		if len(a.known) >= maxOpen {
			return
		}
		t = &tracked{Alert: Alert{key: key}, first: now}
		a.known[key] = t
	}
	worse := ranks[c.Severity] > ranks[t.Severity]
	a.update(t, rule.Name, c)
	switch {
	case t.told.IsZero() && now.Sub(t.first) >= rule.After:
		t.Fired, t.ID = now, key+"/"+strconv.FormatInt(now.Unix(), 10)
		a.tell(t, Fired)
	case !t.told.IsZero() && (worse || now.Sub(t.told) >= repeatEvery):
		a.tell(t, Repeated)
	}
}

// update makes the alert say what is so now.
func (a *Alerts) update(t *tracked, rule string, c Condition) {
	t.seen, t.Rule, t.Severity, t.What, t.Do, t.OrderCount = a.looked, rule, c.Severity, c.What, c.Do, max(c.Count, len(c.Orders))
	t.own = c.Own
	if since := cmp.Or(c.Since, t.first); t.Since.IsZero() || since.Before(t.Since) {
		t.Since = since
	}
	t.Orders = []OrderLink{}
	for _, id := range c.Orders[:min(len(c.Orders), MaxOrders)] {
		t.Orders = append(t.Orders, OrderLink{id, a.Link(id)})
	}
}

// miss ends an alert that has been out of sight for long enough. What a blind rule does not see is not out of sight.
func (a *Alerts) miss(key string, t *tracked, blind bool) {
	switch {
	case t.seen.Equal(a.looked):
	case blind:
		t.seen = a.looked
	case t.told.IsZero():
		delete(a.known, key)
	case a.looked.Sub(t.seen) >= calm<<min(a.flaps(key), maxDoubled):
		delete(a.known, key)
		t.Ended = &t.seen
		a.tell(t, Over)
		a.ended = append(a.ended, t.Alert)
		a.ended = a.ended[max(0, len(a.ended)-maxEnded):]
	}
}

// flaps counts how often the alert ended lately.
func (a *Alerts) flaps(key string) (n int) {
	for _, e := range a.ended {
		if e.key == key && a.looked.Sub(*e.Ended) < flapsWithin {
			n++
		}
	}
	return n
}

func (a *Alerts) tell(t *tracked, news News) {
	t.told = a.looked
	a.Tell(Notice{news, t.told, a.Shop, t.Alert})
}
