package audit

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const (
	// atOnce bounds the orders of one step, besides those with findings (maxKept).
	atOnce = 100
	// changes bounds the events of one step: an order has some ten of them in its life.
	changes = 1000
	// stepEvery is the least time from step to step.
	stepEvery = time.Second
	// restFor is how many times as long as a step took the patrol rests: the slower the database is, the more slowly it works.
	restFor = 50
	// longestRest bounds that. A step of more than a second has a larger share.
	longestRest = time.Minute
	// mostBehind is how old the newest event that it has seen may be. When more comes than it looks at, or nobody looked for
	// a while, it goes on with what happens now, and leaves the rest to the round.
	mostBehind = 5 * time.Minute
	// stepTimeout bounds one step.
	stepTimeout = 2 * time.Minute
	// roundEvery is the least time from the beginning of a round to that of the next: a small shop need not be looked at
	// all the time.
	roundEvery = 10 * time.Second
	// againEvery is how often it looks again at orders with findings, to see whether they are resolved.
	againEvery = 10 * time.Second
	// settledAfter is how long after an event its order is looked at: until then, its subscribers are at work.
	settledAfter = 10 * time.Second
	// saveEvery is how often it keeps where it is.
	saveEvery = 10 * time.Second
	// askEvery is how often one that does not lead asks whether it does.
	askEvery = 10 * time.Second
)

// Patrol audits a shop by itself while it runs, a few orders at a time: first those to which something has just happened,
// as far as it keeps up with them, and besides, round after round, all of them. It looks at what the database says; the partners' records and the mails are
// for Run, which reads all of them. What is late has alerts of its own, and is no finding of a patrol.
//
// It guarantees: what it tells was so at two looks; after each step it rests fifty times as long as that took, but a minute at
// most; and it goes on where it was after a restart, in the same process or another one.
type Patrol struct {
	Config Config // where the database is, and Now, LookTime and Login; the rest does not matter
	Memory Memory
	Lead   func(context.Context) (bool, error) // whether this process is the one to do it; nil: it is
	Log    *slog.Logger

	a      *auditor // nil: not connected
	loaded bool     // state is what the memory has, or newer
	state  Patrolled
	saved  time.Time
	again  time.Time     // when to look again at what was found
	slept  time.Duration // between the two looks of a step
}

// Memory keeps where the patrol is.
type Memory interface {
	ProgressOf(ctx context.Context, job string) (string, error)
	SaveProgress(ctx context.Context, job, text string) error
}

// PatrolJob is the name under which the memory keeps a patrol's state.
const PatrolJob = "audit"

// Run patrols until the context ends.
func (p *Patrol) Run(ctx context.Context) {
	defer p.leave()
	var told string
	for ctx.Err() == nil {
		begun := time.Now()
		p.slept = 0
		wait, err := p.turn(ctx)
		if err != nil && ctx.Err() == nil && err.Error() != told {
			p.Log.WarnContext(ctx, "audit: orders could not be looked at; trying again", "error", err)
		}
		if told = ""; err != nil {
			told = err.Error()
			p.leave()
		}
		worked := time.Since(begun) - p.slept
		_ = sleep(ctx, min(max(wait, restFor*worked), longestRest)) // the context's end is seen above
	}
}

// turn takes a step, if this process leads, and says how soon the next one may be.
func (p *Patrol) turn(ctx context.Context) (time.Duration, error) {
	if p.Lead != nil {
		if leads, err := p.Lead(ctx); err != nil || !leads {
			p.leave() // another one goes on
			return askEvery, err
		}
	}
	return stepEvery, p.Step(ctx)
}

// leave gives up what the patrol holds.
func (p *Patrol) leave() {
	if p.a != nil {
		p.a.close()
	}
	p.a, p.loaded = nil, false
}

// Step looks at the next orders, and keeps what it found.
func (p *Patrol) Step(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	if err := p.begin(ctx); err != nil {
		return err
	}
	b, err := p.first(ctx)
	if err != nil {
		return err
	}
	if err := p.confirm(ctx, b); err != nil {
		return err
	}
	news := p.state.note(b)
	if since := p.Config.Now().Sub(p.saved); !news && since >= 0 && since < saveEvery { // less: the clock was set back
		return nil
	}
	return p.save(ctx)
}

// begin connects, and reads where the patrol is.
func (p *Patrol) begin(ctx context.Context) (err error) {
	if p.a == nil {
		p.Config = p.Config.complete()
		p.Config.GraceFor = longAgo // what is late has its own alerts
		a := &auditor{Config: p.Config}
		if a.db, err = openSmall(ctx, p.Config); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		p.a = a
	}
	if p.loaded {
		return nil
	}
	text, err := p.Memory.ProgressOf(ctx, PatrolJob)
	if err != nil {
		return fmt.Errorf("audit: where the patrol was: %w", err)
	}
	if p.state, err = ReadPatrolled(text); err != nil {
		p.Log.WarnContext(ctx, "audit: where the patrol was cannot be read; beginning anew", "error", err)
	}
	p.loaded = true
	return nil
}

// longAgo is longer than anything waits.
const longAgo = 100 * 365 * 24 * time.Hour

func (p *Patrol) save(ctx context.Context) error {
	text, err := p.state.text()
	if err == nil {
		err = p.Memory.SaveProgress(ctx, PatrolJob, text)
	}
	if err != nil {
		return fmt.Errorf("audit: where the patrol is was not kept: %w", err)
	}
	p.saved = p.Config.Now()
	return nil
}
