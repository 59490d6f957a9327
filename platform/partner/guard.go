package partner

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/bulkhead"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// A partner counts as down if this share failed of at least that many calls in a window. Then only a few calls are tried.
const (
	awayCalls  = 10
	awayPart   = 0.5
	awayWindow = 10 * time.Second
	tryAgain   = 2 * time.Second
	backAfter  = 2 // consecutive successes
	atOnce     = 64
	longWait   = time.Second // for one of atOnce places
)

var (
	errAway = errors.New("not called: it failed too often just now, and is tried again in some seconds")
	errBusy = errors.New("not called: too many calls are under way")
)

// guard is a bulkhead and a circuit breaker: it bounds concurrent calls, and fails them at once while the partner is
// known to be down. After that the breaker is half-open, with at most two calls at a time.
type guard struct {
	breaker circuitbreaker.CircuitBreaker[any]
	room    bulkhead.Bulkhead[any]

	mu    sync.Mutex
	turns int // how often the breaker has changed its state
}

// newGuard returns a guard that counts calls over a window, and lets a partner that is down be tried again after a time.
func newGuard(window, again time.Duration) *guard {
	g := &guard{room: bulkhead.New[any](atOnce)}
	g.breaker = circuitbreaker.NewBuilder[any]().WithFailureRateThreshold(awayPart, awayCalls, window).
		WithDelay(again).WithSuccessThreshold(backAfter).
		OnStateChanged(func(circuitbreaker.StateChangedEvent) { g.turns++ }). // called by permit and record, which hold the lock
		Build()
	return g
}

// enter asks to make a call. The caller must report its outcome to leave; after an error it must not call.
func (g *guard) enter(ctx context.Context) (leave func(error), err error) {
	if err := g.room.AcquirePermitWithMaxWait(ctx, longWait); err != nil {
		return nil, errors.Join(errBusy, err)
	}
	turn, permitted := g.permit()
	if !permitted {
		g.room.ReleasePermit()
		return nil, errAway
	}
	return func(err error) {
		g.room.ReleasePermit()
		g.record(turn, err)
	}, nil
}

func (g *guard) permit() (turn int, permitted bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	permitted = g.breaker.TryAcquirePermit()
	return g.turns, permitted
}

// record counts the outcome of a call, unless the breaker has changed its state since the call began: a call from before
// the outage is no trial, and its end must not make room for another one.
func (g *guard) record(turn int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.turns != turn:
	case err != nil:
		g.breaker.RecordFailure()
	default:
		g.breaker.RecordSuccess()
	}
}

// away reports whether calls would fail at once now.
func (g *guard) away() bool { return g.breaker.IsOpen() && g.breaker.RemainingDelay() > 0 }
