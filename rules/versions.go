package rules

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

const (
	// lookEvery is how often the active version is looked up, and lookTimeout how long that may take.
	lookEvery, lookTimeout = 500 * time.Millisecond, 2 * time.Second
	// heartbeatEvery is how often a process says that it is alive, and heartbeatFor how long that counts.
	// ops.ProcessSilent reports a process after three missed heartbeats.
	heartbeatEvery, heartbeatFor = 4 * time.Second, 30 * time.Second
)

// Versions holds the rules in all their versions, for one process: the active ones, which it swaps when others are activated,
// and older ones when they are asked for. It is safe for concurrent use.
type Versions struct {
	Store     database.Rules
	Providers []string // payment providers that markets can have
	Name      string   // of the process, for operators
	Now       func() time.Time
	Log       *slog.Logger
	OnChange  func(*Set) // is called with rules that come into force; nil for none

	active atomic.Pointer[page]
	latest atomic.Pointer[Set] // the last that could be read
	older  older

	looks    atomic.Int64 // how many looks have begun
	applying sync.Mutex   // of applied
	applied  int64        // the last look that had an answer

	refreshing              sync.Mutex // of Refresh
	lastLook, lastHeartbeat time.Time
}

// page is the active version, or why it cannot be read.
type page struct {
	version int64
	set     *Set
	err     error
}

// Fixed returns Versions with one version only, for callers without a store.
func Fixed(s *Set) *Versions {
	v := &Versions{}
	v.active.Store(&page{version: s.Version, set: s})
	v.latest.Store(s)
	return v
}

// Active returns the active rules. While this process has none that it can read, that is fault.Unavailable, which says why.
func (v *Versions) Active() (*Set, error) {
	p := v.active.Load()
	if p == nil {
		return nil, fault.New(fault.Unavailable, "the rules of the shop are not there yet")
	}
	return p.set, p.err
}

// Latest returns the active rules or, while they cannot be read, those before: for what must go on by some rules. Without
// any, nothing is sold by them.
func (v *Versions) Latest() *Set {
	if s := v.latest.Load(); s != nil {
		return s
	}
	return none()
}

// Of returns the rules of a version. Version 0 is of orders from before versions were kept: the first one.
func (v *Versions) Of(ctx context.Context, version int64) (*Set, error) {
	version = max(version, 1)
	if p := v.active.Load(); p != nil && p.set != nil && (p.version == version || v.Store == nil) {
		return p.set, nil
	}
	return v.older.get(ctx, version, func(ctx context.Context) (kept, error) { return v.fetch(ctx, version) })
}

// Open begins to follow the store: when it returns without an error, the active rules are there, or it is known why they
// cannot be read (Ready).
func (v *Versions) Open(ctx context.Context) error {
	if err := v.heartbeat(ctx, v.Now().Add(heartbeatFor)); err != nil {
		return err
	}
	return v.look(ctx)
}

// Refresh looks which version is active, unless it did so a short time ago; for callers that do not use Run. While the store does not
// answer, it keeps what it has.
func (v *Versions) Refresh(ctx context.Context) {
	v.refreshing.Lock()
	defer v.refreshing.Unlock()
	now := v.Now()
	if now.Sub(v.lastLook) < lookEvery {
		return
	}
	err := v.bounded(ctx, v.look)
	if err == nil {
		v.lastLook = now
	}
	if err == nil && now.Sub(v.lastHeartbeat) >= heartbeatEvery {
		if err = v.bounded(ctx, func(ctx context.Context) error { return v.heartbeat(ctx, now.Add(heartbeatFor)) }); err == nil {
			v.lastHeartbeat = now
		}
	}
	if err != nil && ctx.Err() == nil {
		v.Log.Debug("rules: the store does not answer; trying again", "error", err)
	}
}

// Run follows the store until the context ends.
func (v *Versions) Run(ctx context.Context) {
	look, beat := time.NewTicker(lookEvery), time.NewTicker(heartbeatEvery)
	defer look.Stop()
	defer beat.Stop()
	for {
		var err error
		select {
		case <-look.C:
			err = v.bounded(ctx, v.look)
		case <-beat.C:
			err = v.bounded(ctx, func(ctx context.Context) error { return v.heartbeat(ctx, v.Now().Add(heartbeatFor)) })
		case <-ctx.Done():
			return
		}
		if err != nil && ctx.Err() == nil {
			v.Log.Debug("rules: the store does not answer; trying again", "error", err)
		}
	}
}

func (v *Versions) bounded(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	return do(ctx)
}

// Leave tells the store that this process no longer uses the rules.
func (v *Versions) Leave(ctx context.Context) error { return v.heartbeat(ctx, v.Now()) }

func (v *Versions) heartbeat(ctx context.Context, until time.Time) error {
	return v.Store.AttendRules(ctx, database.RulesReader{Name: v.Name, Format: Format, Level: database.Level, Until: until})
}

// look asks which version is active, and puts it into force when it has changed. Looks may run at once: the answer of one is
// worth nothing when another one, which began after it, has an answer.
func (v *Versions) look(ctx context.Context) error {
	began := v.looks.Add(1)
	version, err := v.Store.ActiveRules(ctx)
	if err != nil {
		return err
	}
	p := v.active.Load()
	if version != 0 && (p == nil || p.version != version) {
		set, err := v.Of(ctx, version)
		if _, unreadable := errors.AsType[Wrong](err); err != nil && !unreadable {
			return err // it may be there in a moment
		}
		p = &page{version, set, err}
	}
	v.applying.Lock()
	defer v.applying.Unlock()
	if began > v.applied {
		v.applied = began
		v.apply(p)
	}
	return nil
}

// apply puts into force a version, unless it does so already.
func (v *Versions) apply(p *page) {
	if now := v.active.Load(); p == nil || now != nil && now.version == p.version {
		return
	}
	v.active.Store(p)
	if p.err != nil {
		v.Log.Error("rules: no orders are taken: this process cannot read the active version", "version", p.version, "error", p.err)
		return
	}
	v.latest.Store(p.set)
	if v.OnChange != nil {
		v.OnChange(p.set)
	}
	v.Log.Info("rules: in force", "version", p.version)
}

// Ready reports why this process has no rules that it can read, or nil.
func (v *Versions) Ready() error {
	_, err := v.Active()
	return err
}

// Understood is what of the active rules this process leaves out, because it does not understand it, or why it cannot read them.
func (v *Versions) Understood() (leftOut []string, err error) {
	s, err := v.Active()
	if err != nil {
		return nil, err
	}
	return s.LeftOut, nil
}

// Part is the versions as one service sees them.
type Part[T any] struct {
	versions *Versions
	cut      func(*Set) T
}

// PartOf returns the versions of one part of each set.
func PartOf[T any](v *Versions, cut func(*Set) T) Part[T] { return Part[T]{v, cut} }

// Active returns the part of the active rules.
func (p Part[T]) Active() (part T, err error) {
	s, err := p.versions.Active()
	if err != nil {
		return part, err
	}
	return p.cut(s), nil
}

// Of returns the part of the rules of a version.
func (p Part[T]) Of(ctx context.Context, version int64) (part T, err error) {
	s, err := p.versions.Of(ctx, version)
	if err != nil {
		return part, err
	}
	return p.cut(s), nil
}

// Orders returns the rules of the order service.
func (v *Versions) Orders() order.Rulebook {
	return PartOf(v, func(s *Set) *order.Rules { return s.Orders })
}

// Delivery returns the rules of the delivery service.
func (v *Versions) Delivery() delivery.Rulebook {
	return PartOf(v, func(s *Set) *delivery.Rules { return s.Delivery })
}

// Mail returns the rules of the email service.
func (v *Versions) Mail() email.Rulebook {
	return PartOf(v, func(s *Set) *email.Rules { return s.Mail })
}
