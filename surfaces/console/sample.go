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
	// sampleEvery is how old a sample may be.
	sampleEvery = time.Second
	// lag leaves time for commits: events are older than their commit.
	lag = 300 * time.Millisecond
	// window is the period over which rates are measured.
	window = 10 * time.Second
	// lookTimeout bounds one sample.
	lookTimeout = 2 * time.Second
)

// sample is the shop at one moment.
type sample struct {
	At       time.Time              `json:"at"`
	Trouble  string                 `json:"trouble,omitempty"` // why the database cannot be read: then its values are null, unknown
	Alerts   []ops.Alert            `json:"alerts"`
	Ended    []ops.Alert            `json:"ended"`  // recently
	Looked   time.Time              `json:"looked"` // the last evaluation of the rules
	Sure     bool                   `json:"sure"`   // whether the rules have run long enough to say that nothing is wrong
	Orders   map[order.Status]int   `json:"orders"` // real orders
	Tests    int                    `json:"tests"`  // test orders
	Waiting  *int                   `json:"waiting"`
	Parked   *int                   `json:"parked"`
	Rates    map[event.Type]float64 `json:"rates"` // events a second
	Steps    map[string]step        `json:"steps"`
	Partners []vitals               `json:"partners"`
	Audit    *auditView             `json:"audit"` // null: unknown
}

// auditView is the continuous audit.
type auditView struct {
	Looked *time.Time `json:"looked"` // when it last checked orders
	Whole  *time.Time `json:"whole"`  // when it last completed a round over all orders
	Found  int        `json:"found"`
}

// step is the state of a subscriber.
type step struct {
	Rate    float64    `json:"rate"` // events handled per second
	Waiting int        `json:"waiting"`
	Failing int        `json:"failing"`
	Parked  int        `json:"parked"`
	Oldest  *time.Time `json:"oldest,omitempty"` // the oldest waiting event
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

// sampler keeps the last sample for all clients.
type sampler struct {
	mu     sync.Mutex
	at     time.Time
	text   []byte // the last sample
	until  time.Time
	steps  map[string]database.Step
	passed []passage
}

// passage is what passed between two samples.
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

// look returns the state of the shop, at most a second old, and its time. The first client to ask takes the sample for
// all.
func (c *Console) look(ctx context.Context) (text []byte, at time.Time) {
	s := &c.sampler
	s.mu.Lock()
	defer s.mu.Unlock()
	now := c.Now()
	if since := now.Sub(s.at); s.text != nil && since >= 0 && since < sampleEvery*9/10 {
		return s.text, s.at
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTimeout) // the next client needs it too
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
	for status, n := range tests { // the numbers may be of different moments
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

// instant returns a time that may be missing.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// measure records what passed since the last sample. After a pause it starts again with the last seconds.
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
		p.done[sub.Subscriber] = flow.Events[sub.Type] - is.Waiting // what arrived and is not waiting any more
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

// tell sets the rates and the states of the subscribers.
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
