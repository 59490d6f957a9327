package audit

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const (
	// atOnce bounds the orders of one step, not counting those with findings (maxKept).
	atOnce = 100
	// changes bounds the events of one step: an order has some ten of them.
	changes = 1000
	// stepEvery is the shortest time between steps.
	stepEvery = time.Second
	// restFor is how many times longer than a step the patrol rests, so that it slows down with the database.
	restFor = 50
	// longestRest bounds that. Steps of more than a second get a larger share.
	longestRest = time.Minute
	// mostBehind is the maximum age of the newest event seen. If more happens than it can check, or it was stopped for a
	// while, it continues with current events, and leaves the rest to the round.
	mostBehind = 5 * time.Minute
	// stepTimeout bounds one step.
	stepTimeout = 2 * time.Minute
	// roundEvery is the shortest time between the starts of two rounds: a small shop need not be checked all the time.
	roundEvery = 10 * time.Second
	// againEvery is how often it checks orders with findings again.
	againEvery = 10 * time.Second
	// settledAfter is how long after an event its order is checked, when its subscribers have had time.
	settledAfter = 10 * time.Second
	// saveEvery is how often it saves its progress.
	saveEvery = 10 * time.Second
	// askEvery is how often a patrol that does not lead asks whether it does.
	askEvery = 10 * time.Second
)

// Patrol audits a running shop continuously, a few orders at a time: first those with recent events, as far as it keeps
// up with them, and besides, in rounds, all orders. It reads only the database; Run also reads the partners' records and
// the mails. Lateness has alerts of its own, and is no finding of a patrol.
//
// It guarantees: a finding was so in two checks; after each step it rests fifty times as long as that took, at most one
// minute; and after a restart it continues where it was, in the same process or another one.
type Patrol struct {
	Config Config // only the database, Now, LookTime and Login are used
	Memory Memory
	Lead   func(context.Context) (bool, error) // whether this process leads; nil: it does
	Log    *slog.Logger

	a      *auditor // nil: not connected
	loaded bool     // state is what the memory has, or newer
	state  Patrolled
	saved  time.Time
	again  time.Time     // when to check findings again
	slept  time.Duration // between the two checks of a step
}

// Memory stores the patrol's progress.
type Memory interface {
	ProgressOf(ctx context.Context, job string) (string, error)
	SaveProgress(ctx context.Context, job, text string) error
}

// PatrolJob is the name of a patrol's progress in the memory.
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
		_ = sleep(ctx, min(max(wait, restFor*worked), longestRest)) // the loop checks the context
	}
}

// turn takes a step if this process leads, and returns how soon the next one may be.
func (p *Patrol) turn(ctx context.Context) (time.Duration, error) {
	if p.Lead != nil {
		if leads, err := p.Lead(ctx); err != nil || !leads {
			p.leave() // another one continues
			return askEvery, err
		}
	}
	return stepEvery, p.Step(ctx)
}

// leave closes what the patrol has open.
func (p *Patrol) leave() {
	if p.a != nil {
		p.a.close()
	}
	p.a, p.loaded = nil, false
}

// Step checks the next orders, and stores what it found.
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

// begin connects, and reads the patrol's progress.
func (p *Patrol) begin(ctx context.Context) (err error) {
	if p.a == nil {
		p.Config = p.Config.complete()
		p.Config.GraceFor = longAgo // lateness has alerts of its own
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
