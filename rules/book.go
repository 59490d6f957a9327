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
	// lookEvery is how often it is asked which version is active, and lookTimeout for how long at most.
	lookEvery, lookTimeout = 500 * time.Millisecond, 2 * time.Second
	// attendEvery is how often a process says that it lives and goes by the rules, and attendFor how long that counts. Who
	// watches the processes (ops.ProcessSilent) misses one that stands still after three times.
	attendEvery, attendFor = 4 * time.Second, 30 * time.Second
)

// Book holds the rules in all their versions, for one process: the active ones, which it swaps when others are activated,
// and older ones when they are asked for. It is safe for concurrent use.
type Book struct {
	Store     database.Rules
	Providers []string // payment providers that markets can have
	Name      string   // of the process, for operators
	Now       func() time.Time
	Log       *slog.Logger
	Turned    func(*Set) // is told of rules that come into force; nil: no one is

	active atomic.Pointer[page]
	latest atomic.Pointer[Set] // the last that could be read
	older  older

	looks   atomic.Int64 // how many looks have begun
	turning sync.Mutex   // of turned
	turned  int64        // the last look that had an answer

	refreshing       sync.Mutex // of Refresh
	looked, attended time.Time
}

// page is the active version, or why it cannot be read.
type page struct {
	version int64
	set     *Set
	err     error
}

// Fixed is a book of one version, for who has no store.
func Fixed(s *Set) *Book {
	b := &Book{}
	b.active.Store(&page{version: s.Version, set: s})
	b.latest.Store(s)
	return b
}

// Active returns the active rules. While this process has none that it can read, that is fault.Unavailable, which says why.
func (b *Book) Active() (*Set, error) {
	p := b.active.Load()
	if p == nil {
		return nil, fault.New(fault.Unavailable, "the rules of the shop are not there yet")
	}
	return p.set, p.err
}

// Latest returns the active rules or, while they cannot be read, those before: for what must go on by some rules. Without
// any, nothing is sold by them.
func (b *Book) Latest() *Set {
	if s := b.latest.Load(); s != nil {
		return s
	}
	return none()
}

// Of returns the rules of a version. Version 0 is of orders from before versions were kept: the first one.
func (b *Book) Of(ctx context.Context, version int64) (*Set, error) {
	version = max(version, 1)
	if p := b.active.Load(); p != nil && p.set != nil && (p.version == version || b.Store == nil) {
		return p.set, nil
	}
	return b.older.get(ctx, version, func(ctx context.Context) (kept, error) { return b.fetch(ctx, version) })
}

// Open begins to follow the store: when it returns without an error, the active rules are there, or it is known why they
// cannot be read (Ready).
func (b *Book) Open(ctx context.Context) error {
	if err := b.attend(ctx, b.Now().Add(attendFor)); err != nil {
		return err
	}
	return b.look(ctx)
}

// Refresh looks which version is active, unless it did so a short time ago: for who does not Run. While the store does not
// answer, it goes by what it has.
func (b *Book) Refresh(ctx context.Context) {
	b.refreshing.Lock()
	defer b.refreshing.Unlock()
	now := b.Now()
	if now.Sub(b.looked) < lookEvery {
		return
	}
	err := b.bounded(ctx, b.look)
	if err == nil {
		b.looked = now
	}
	if err == nil && now.Sub(b.attended) >= attendEvery {
		if err = b.bounded(ctx, func(ctx context.Context) error { return b.attend(ctx, now.Add(attendFor)) }); err == nil {
			b.attended = now
		}
	}
	if err != nil && ctx.Err() == nil {
		b.Log.Debug("rules: the store does not answer; trying again", "error", err)
	}
}

// Run follows the store until the context ends.
func (b *Book) Run(ctx context.Context) {
	look, attend := time.NewTicker(lookEvery), time.NewTicker(attendEvery)
	defer look.Stop()
	defer attend.Stop()
	for {
		var err error
		select {
		case <-look.C:
			err = b.bounded(ctx, b.look)
		case <-attend.C:
			err = b.bounded(ctx, func(ctx context.Context) error { return b.attend(ctx, b.Now().Add(attendFor)) })
		case <-ctx.Done():
			return
		}
		if err != nil && ctx.Err() == nil {
			b.Log.Debug("rules: the store does not answer; trying again", "error", err)
		}
	}
}

func (b *Book) bounded(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	return do(ctx)
}

// Leave tells the store that this process goes by the rules no more.
func (b *Book) Leave(ctx context.Context) error { return b.attend(ctx, b.Now()) }

func (b *Book) attend(ctx context.Context, until time.Time) error {
	return b.Store.AttendRules(ctx, database.RulesReader{Name: b.Name, Format: Format, Level: database.Level, Until: until})
}

// look asks which version is active, and goes by it when it is another one. Looks may run at once: what one found out is
// worth nothing when another one, which began after it, has an answer.
func (b *Book) look(ctx context.Context) error {
	began := b.looks.Add(1)
	version, err := b.Store.ActiveRules(ctx)
	if err != nil {
		return err
	}
	p := b.active.Load()
	if version != 0 && (p == nil || p.version != version) {
		set, err := b.Of(ctx, version)
		if _, unreadable := errors.AsType[Wrong](err); err != nil && !unreadable {
			return err // it may be there in a moment
		}
		p = &page{version, set, err}
	}
	b.turning.Lock()
	defer b.turning.Unlock()
	if began > b.turned {
		b.turned = began
		b.turn(p)
	}
	return nil
}

// turn goes by a version, unless it does so already.
func (b *Book) turn(p *page) {
	if now := b.active.Load(); p == nil || now != nil && now.version == p.version {
		return
	}
	b.active.Store(p)
	if p.err != nil {
		b.Log.Error("rules: no orders are taken: this process cannot read the active version", "version", p.version, "error", p.err)
		return
	}
	b.latest.Store(p.set)
	if b.Turned != nil {
		b.Turned(p.set)
	}
	b.Log.Info("rules: in force", "version", p.version)
}

// Ready reports why this process has no rules that it can read, or nil.
func (b *Book) Ready() error {
	_, err := b.Active()
	return err
}

// Understood is what of the active rules this process leaves out, because it does not understand it, or why it cannot read them.
func (b *Book) Understood() (leftOut []string, err error) {
	s, err := b.Active()
	if err != nil {
		return nil, err
	}
	return s.LeftOut, nil
}

// Part is a book as one service sees it.
type Part[T any] struct {
	book *Book
	cut  func(*Set) T
}

// PartOf returns the book of one part of each set.
func PartOf[T any](b *Book, cut func(*Set) T) Part[T] { return Part[T]{b, cut} }

// Active returns the part of the active rules.
func (p Part[T]) Active() (part T, err error) {
	s, err := p.book.Active()
	if err != nil {
		return part, err
	}
	return p.cut(s), nil
}

// Of returns the part of the rules of a version.
func (p Part[T]) Of(ctx context.Context, version int64) (part T, err error) {
	s, err := p.book.Of(ctx, version)
	if err != nil {
		return part, err
	}
	return p.cut(s), nil
}

// Orders is the book of the order service.
func (b *Book) Orders() order.Rulebook {
	return PartOf(b, func(s *Set) *order.Rules { return s.Orders })
}

// Delivery is the book of the delivery service.
func (b *Book) Delivery() delivery.Rulebook {
	return PartOf(b, func(s *Set) *delivery.Rules { return s.Delivery })
}

// Mail is the book of the email service.
func (b *Book) Mail() email.Rulebook { return PartOf(b, func(s *Set) *email.Rules { return s.Mail }) }
