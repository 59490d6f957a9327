package console

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/ops"
)

const (
	// sampleEvery is how old a look at the shop may be.
	sampleEvery = time.Second
	// lag leaves time for what is being committed: its events are older than their commit.
	lag = 300 * time.Millisecond
	// window is over how long rates are taken.
	window = 10 * time.Second
	// lookTimeout bounds one look.
	lookTimeout = 2 * time.Second
)

// sample is the shop at one moment.
type sample struct {
	At       time.Time              `json:"at"`
	Trouble  string                 `json:"trouble,omitempty"` // why the database could not be looked at: what it would tell is null, unknown
	Alerts   []ops.Alert            `json:"alerts"`
	Ended    []ops.Alert            `json:"ended"`  // lately
	Looked   time.Time              `json:"looked"` // when the rules were last asked
	Sure     bool                   `json:"sure"`   // whether they have looked for long enough to tell that nothing is wrong
	Orders   map[order.Status]int   `json:"orders"` // real ones
	Tests    int                    `json:"tests"`  // orders of tests
	Waiting  *int                   `json:"waiting"`
	Parked   *int                   `json:"parked"`
	Rates    map[event.Type]float64 `json:"rates"` // events a second
	Steps    map[string]step        `json:"steps"`
	Partners []vitals               `json:"partners"`
	Audit    *auditView             `json:"audit"` // null: unknown
}

// auditView is the audit that goes on by itself.
type auditView struct {
	Looked *time.Time `json:"looked"` // when it last looked at orders
	Whole  *time.Time `json:"whole"`  // when it last had looked at all
	Found  int        `json:"found"`
}

// step is how a subscriber is doing.
type step struct {
	Rate    float64    `json:"rate"` // events a second that it has done with
	Waiting int        `json:"waiting"`
	Failing int        `json:"failing"`
	Parked  int        `json:"parked"`
	Oldest  *time.Time `json:"oldest,omitempty"` // event that waits
	Late    bool       `json:"late"`             // it is past its deadline
}

type vitals struct {
	Partner string     `json:"partner"`
	Calls   int        `json:"calls"`
	Failed  int        `json:"failed"`
	Failing bool       `json:"failing"`
	Since   *time.Time `json:"since,omitempty"`
	Kinds   []string   `json:"kinds,omitempty"` // how it fails
}

// sampler keeps the last look at the shop for all who ask.
type sampler struct {
	mu     sync.Mutex
	at     time.Time
	text   []byte // the last sample
	until  time.Time
	steps  map[string]database.Step
	passed []passage
}

// passage is what went through between two looks.
type passage struct {
	until  time.Time
	took   time.Duration
	events map[event.Type]int
	done   map[string]int
}

func (c *Console) now(r *http.Request) (any, error) {
	text, _ := c.look(r.Context())
	return json.RawMessage(text), nil
}

// look returns the shop as it is, at most a second old, and when that was. Whoever asks first pays for all.
func (c *Console) look(ctx context.Context) (text []byte, at time.Time) {
	s := &c.sampler
	s.mu.Lock()
	defer s.mu.Unlock()
	now := c.Now()
	if since := now.Sub(s.at); s.text != nil && since >= 0 && since < sampleEvery*9/10 {
		return s.text, s.at
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTimeout) // the next one needs it too
	defer cancel()
	s.text, _ = json.Marshal(c.sample(ctx, now)) // numbers and texts only: it cannot fail
	s.at = now
	return s.text, s.at
}

func (c *Console) sample(ctx context.Context, now time.Time) sample {
	alerts := c.Alerts()
	s := sample{
		At: now, Alerts: alerts.Open, Ended: alerts.Ended[:min(len(alerts.Ended), 5)], Looked: alerts.Looked, Sure: alerts.Sure,
		Partners: []vitals{},
	}
	for _, v := range c.Partners() {
		s.Partners = append(s.Partners, vitals{Partner: v.Partner, Calls: v.Calls, Failed: v.Failed, Failing: v.Failing, Since: instant(v.Since), Kinds: v.Kinds})
	}
	counts, err := c.Store.Counts(ctx)
	var tests map[order.Status]int
	if err == nil {
		tests, err = c.Store.TestsByStatus(ctx)
	}
	if err == nil {
		s.Audit, err = c.audit(ctx)
	}
	if err == nil {
		err = c.sampler.measure(ctx, c.Store, now)
	}
	if err != nil {
		s.Trouble = fault.ProblemOf(err).Detail
		return s
	}
	s.Orders, s.Waiting, s.Parked = counts.Orders, &counts.Pending, &counts.Parked
	for status, n := range tests { // its numbers may be of another moment
		s.Tests += n
		s.Orders[status] = max(0, s.Orders[status]-n)
	}
	c.sampler.tell(&s, c.Deadlines(), now)
	return s
}

func (c *Console) audit(ctx context.Context) (*auditView, error) {
	known, err := c.Audited(ctx)
	if err != nil {
		return nil, err
	}
	v := &auditView{Looked: instant(known.Looked), Found: len(known.Found) + known.More}
	if known.Whole != nil {
		v.Whole = instant(known.Whole.Ended)
	}
	return v, nil
}

// instant is a time that may be missing.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// measure notes what went through since the last look. After a pause it begins anew with the last seconds.
func (s *sampler) measure(ctx context.Context, store database.ConsoleQueries, now time.Time) error {
	until := now.Add(-lag)
	from, fresh := s.until, until.Sub(s.until) > window || until.Before(s.until)
	if fresh {
		from, s.passed = until.Add(-window), nil
	}
	flow, err := store.Flow(ctx, from, until)
	if err != nil {
		return err
	}
	steps, p := map[string]database.Step{}, passage{until: until, took: until.Sub(from), events: flow.Events, done: map[string]int{}}
	for _, step := range flow.Steps {
		steps[step.Subscriber] = step
	}
	for _, sub := range event.Subscriptions {
		was, is := s.steps[sub.Subscriber], steps[sub.Subscriber]
		p.done[sub.Subscriber] = flow.Events[sub.Type] - is.Waiting // what came, and is not there any more
		if !fresh {
			p.done[sub.Subscriber] += was.Waiting + was.Parked - is.Parked
		}
	}
	s.until, s.steps, s.passed = until, steps, append(s.passed, p)
	for until.Sub(s.passed[0].until) > window {
		s.passed = s.passed[1:]
	}
	return nil
}

// tell fills in the rates, and how the subscribers are doing.
func (s *sampler) tell(to *sample, deadlines database.Deadlines, now time.Time) {
	to.Rates, to.Steps = map[event.Type]float64{}, map[string]step{}
	var took time.Duration
	done := map[string]int{}
	for _, p := range s.passed {
		took += p.took
		for t, n := range p.events {
			to.Rates[t] += float64(n)
		}
		for subscriber, n := range p.done {
			done[subscriber] += n
		}
	}
	for t := range to.Rates {
		to.Rates[t] /= took.Seconds()
	}
	for _, sub := range event.Subscriptions {
		at := s.steps[sub.Subscriber]
		longest, limited := deadlines.Receipts[sub.Subscriber]
		to.Steps[sub.Subscriber] = step{
			Rate: float64(max(done[sub.Subscriber], 0)) / took.Seconds(), Waiting: at.Waiting, Failing: at.Failing, Parked: at.Parked,
			Oldest: instant(at.Oldest), Late: limited && !at.Oldest.IsZero() && now.Sub(at.Oldest) > longest,
		}
	}
}
