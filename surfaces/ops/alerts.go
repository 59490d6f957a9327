package ops

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	lookEvery = time.Second
	// lookTimeout bounds one evaluation of one rule.
	lookTimeout = 2 * time.Second
	// blindAfter is how long a rule may fail before that is an alert.
	blindAfter = 2 * time.Second
	// calm is how long a condition must be gone before its alert is over. It doubles each time that the same alert
	// fired within the last hour, up to 32 times, so that a flapping condition is reported a few times only.
	calm        = 10 * time.Second
	flapsWithin = time.Hour
	maxDoubled  = 5
	// repeatEvery is how often an open alert is reported again.
	repeatEvery = time.Hour
	// maxOpen bounds the open alerts, maxEnded those kept after they ended.
	maxOpen, maxEnded = 200, 100
)

// Alerts evaluates every rule each second and reports changes: an alert fires once, is repeated each hour while it
// lasts, and is reported when it is over. What follows from an alert (causes) is reported with it, and by itself only
// if it outlasts its cause.
//
// It guarantees: a rule that fails is an alert itself, and its open alerts stay open; a rule that hangs delays no
// other. Nothing is stored: after a restart, what is still wrong fires again.
type Alerts struct {
	Rules  []Rule
	Notify func(Notice) // must not block
	Shop   string       // the shop's address, for the notices
	Link   func(orderID int64) string
	Now    func() time.Time

	mu     sync.Mutex
	looked time.Time
	sure   bool // since the start there was an evaluation after which nothing waited to be reported
	known  map[string]*tracked
	ended  []Alert // newest last
}

// tracked is an observed condition, and the alert that it is or becomes.
type tracked struct {
	Alert
	severity              Severity      // of the condition, or of its worst consequence
	first, seen, reported time.Time     // first and last observation; last report, zero: none yet
	alone                 time.Time     // since when it has had no cause
	after                 time.Duration // Rule.After
	explained             []string      // Condition.Explains
	cause                 *tracked      // nil: none
}

// answer is the result of a rule.
type answer struct {
	rule  Rule
	found []Condition
	err   error
}

// Run evaluates the rules every second until the context ends.
func (a *Alerts) Run(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	asked := make([]chan answer, len(a.Rules)) // nil: the rule is not being evaluated
	for {
		select {
		case <-ticker.C:
			a.evaluate(a.ask(ctx, asked))
		case <-ctx.Done():
			return
		}
	}
}

// Evaluate evaluates every rule once, for callers that do not use Run.
func (a *Alerts) Evaluate(ctx context.Context) {
	a.evaluate(a.ask(ctx, make([]chan answer, len(a.Rules))))
}

// ask evaluates all rules concurrently, and waits until their time is over. A rule that does not return is not
// evaluated again until it does.
func (a *Alerts) ask(ctx context.Context, asked []chan answer) (answers []answer) {
	late, cancel := context.WithTimeout(ctx, lookTimeout+lookEvery/2)
	defer cancel()
	now := a.Now()
	for i, rule := range a.Rules {
		if asked[i] == nil {
			asked[i] = make(chan answer, 1)
			go askOne(ctx, rule, now, asked[i])
		}
	}
	for i, rule := range a.Rules {
		got, came := await(late, asked[i])
		if !came {
			got = answer{rule: rule, err: fmt.Errorf("no answer within %s", lookTimeout)}
		} else {
			asked[i] = nil
		}
		answers = append(answers, got)
	}
	if ctx.Err() != nil {
		return nil // the shop stops; failures mean nothing
	}
	return answers
}

func askOne(ctx context.Context, rule Rule, now time.Time, to chan<- answer) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	found, err := safely(func() ([]Condition, error) { return rule.Check(ctx, now) })
	to <- answer{rule, found, err}
}

// await returns an answer, if there is one before the context ends.
func await(late context.Context, from <-chan answer) (got answer, came bool) {
	select {
	case got = <-from:
		return got, true
	default:
	}
	select {
	case got = <-from:
		return got, true
	case <-late.Done():
		return answer{}, false
	}
}

// safely turns a panic into an error.
func safely(look func() ([]Condition, error)) (found []Condition, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return look()
}

// List returns the open alerts, and the last that ended.
func (a *Alerts) List() AlertList {
	a.mu.Lock()
	defer a.mu.Unlock()
	open, ended := []Alert{}, append([]Alert{}, a.ended...)
	for _, t := range a.known {
		if !t.reported.IsZero() {
			open = append(open, t.Alert)
		}
	}
	slices.SortFunc(open, func(x, y Alert) int {
		return cmp.Or(ranks[y.Severity]-ranks[x.Severity], x.Since.Compare(y.Since), cmp.Compare(x.ID, y.ID))
	})
	slices.Reverse(ended)
	return AlertList{Open: open, Ended: ended, Looked: a.looked, Sure: a.sure}
}
