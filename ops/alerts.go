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
	// lookTimeout bounds one look of one rule.
	lookTimeout = 2 * time.Second
	// blindAfter is for how long a rule may fail to look before that is told.
	blindAfter = 2 * time.Second
	// calm is for how long something must be well again before it is over. It doubles each time that the same alert
	// fired within the last hour, up to 32 times, so that what comes and goes is told a few times and not for ever.
	calm        = 10 * time.Second
	flapsWithin = time.Hour
	maxDoubled  = 5
	// repeatEvery is after how long an alert that lasts is told again.
	repeatEvery = time.Hour
	// maxOpen bounds the alerts that are open at once, maxEnded those that are remembered.
	maxOpen, maxEnded = 200, 100
)

// Alerts asks every rule each second what is wrong, and tells what is new: an alert fires once, is repeated each hour
// while it lasts, and is told to be over. What follows from an alert (causes) is told with it, and by itself only when it
// outlasts its cause.
//
// It guarantees: a rule that cannot look is an alert itself, and leaves the rule's alerts as they are; a rule that hangs
// holds up no other. Its memory is lost at a restart: what is still wrong then fires again.
type Alerts struct {
	Rules []Rule
	Tell  func(Notice) // must not block
	Shop  string       // the shop's address, for the notices
	Link  func(orderID int64) string
	Now   func() time.Time

	mu     sync.Mutex
	looked time.Time
	sure   bool // since the start there was a look at which nothing waited to be told
	known  map[string]*tracked
	ended  []Alert // newest last
}

// tracked is a condition that was seen, and the alert that it is or becomes.
type tracked struct {
	Alert
	severity          Severity      // of the condition, or of the worst that follows from it
	first, seen, told time.Time     // first and last time in sight; when last told, zero: not yet
	alone             time.Time     // since when it has had no cause
	after             time.Duration // Rule.After
	explained         []string      // Condition.Explains
	cause             *tracked      // what it follows from; nil: it stands by itself
}

// answer is what a rule answered.
type answer struct {
	rule  Rule
	found []Condition
	err   error
}

// Run looks until the context ends.
func (a *Alerts) Run(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	asked := make([]chan answer, len(a.Rules)) // nil: the rule is at rest
	for {
		select {
		case <-ticker.C:
			a.evaluate(a.ask(ctx, asked))
		case <-ctx.Done():
			return
		}
	}
}

// Look asks every rule once. It is for a process that does not Run.
func (a *Alerts) Look(ctx context.Context) { a.evaluate(a.ask(ctx, make([]chan answer, len(a.Rules)))) }

// ask asks all rules at once, and waits for them until their time is over. A rule that does not come back is not asked
// again until it does.
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
		return nil // the shop stops; what the rules could not see means nothing
	}
	return answers
}

func askOne(ctx context.Context, rule Rule, now time.Time, to chan<- answer) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	found, err := safely(func() ([]Condition, error) { return rule.Look(ctx, now) })
	to <- answer{rule, found, err}
}

// await returns an answer that is there, or comes before the context ends.
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

// List returns what is wrong, and what was lately.
func (a *Alerts) List() AlertList {
	a.mu.Lock()
	defer a.mu.Unlock()
	open, ended := []Alert{}, append([]Alert{}, a.ended...)
	for _, t := range a.known {
		if !t.told.IsZero() {
			open = append(open, t.Alert)
		}
	}
	slices.SortFunc(open, func(x, y Alert) int {
		return cmp.Or(ranks[y.Severity]-ranks[x.Severity], x.Since.Compare(y.Since), cmp.Compare(x.ID, y.ID))
	})
	slices.Reverse(ended)
	return AlertList{open, ended, a.looked, a.sure}
}
