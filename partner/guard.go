package partner

import (
	"context"
	"errors"
	"time"

	"github.com/failsafe-go/failsafe-go/bulkhead"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// A partner counts as away when of at least so many calls in a window so large a part failed. Then it is left alone,
// but for a try now and then.
const (
	awayCalls  = 10
	awayPart   = 0.5
	awayWindow = 10 * time.Second
	tryAgain   = 2 * time.Second
	backAfter  = 2 // successes in a row
	atOnce     = 64
	longWait   = time.Second // for one of the places of atOnce
)

var (
	errAway = errors.New("not called: it failed too often just now, and is tried again every 2 s")
	errBusy = errors.New("not called: too many calls are under way")
)

// guard keeps a partner that is away from holding up what does not need it: calls to it are bounded in number, and
// fail at once while it is known to be away (circuit breaker and bulkhead).
type guard struct {
	breaker circuitbreaker.CircuitBreaker[any]
	room    bulkhead.Bulkhead[any]
}

func newGuard() guard {
	breaker := circuitbreaker.NewBuilder[any]().WithFailureRateThreshold(awayPart, awayCalls, awayWindow).
		WithDelay(tryAgain).WithSuccessThreshold(backAfter).Build()
	return guard{breaker, bulkhead.New[any](atOnce)}
}

// enter asks for a call, and returns what is to be told of its outcome.
func (g guard) enter(ctx context.Context) (leave func(error), err error) {
	if err := g.room.AcquirePermitWithMaxWait(ctx, longWait); err != nil {
		return nil, errors.Join(errBusy, err)
	}
	if !g.breaker.TryAcquirePermit() {
		g.room.ReleasePermit()
		return nil, errAway
	}
	return func(err error) {
		g.room.ReleasePermit()
		if err != nil {
			g.breaker.RecordFailure()
			return
		}
		g.breaker.RecordSuccess()
	}, nil
}

// away reports whether calls would fail at once now.
func (g guard) away() bool { return g.breaker.IsOpen() && g.breaker.RemainingDelay() > 0 }
