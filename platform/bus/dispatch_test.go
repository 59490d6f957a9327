package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/fault"
)

// ledger keeps receipts in memory, as the database would.
type ledger struct {
	mu        sync.Mutex
	closed    bool // the receipt is not pending
	down      error
	attempts  int
	done      int
	parked    []string
	retried   []time.Time
	heldAfter int // how often it was held before it was retried
	held      []time.Time
	holding   time.Duration // how long a hold takes
}

func (l *ledger) with(f func()) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down == nil {
		f()
	}
	return l.down
}

func (l *ledger) ReceiptOpen(context.Context, *event.Receipt) (open bool, err error) {
	err = l.with(func() { open = !l.closed })
	return open, err
}

func (l *ledger) Attempts(context.Context, *event.Receipt) (n int, err error) {
	err = l.with(func() { n = l.attempts })
	return n, err
}

func (l *ledger) Hold(_ context.Context, _ *event.Receipt, until time.Time) error {
	time.Sleep(l.holding)
	return l.with(func() { l.held = append(l.held, until) })
}

func (l *ledger) MarkDone(context.Context, *event.Receipt) error { return l.with(func() { l.done++ }) }

func (l *ledger) Retry(_ context.Context, _ *event.Receipt, _ string, next time.Time) error {
	return l.with(func() { l.attempts++; l.retried, l.heldAfter = append(l.retried, next), len(l.held) })
}

func (l *ledger) Park(_ context.Context, _ *event.Receipt, failure string) error {
	return l.with(func() { l.attempts++; l.parked = append(l.parked, failure) })
}

func dispatcher(t *testing.T, l *ledger) *bus.Dispatcher {
	return &bus.Dispatcher{
		Receipts: l, Retries: bus.Retries{Attempts: 3, Base: time.Second, Cap: time.Minute},
		Timeout: 10 * time.Second, Now: time.Now, Jitter: func(longest time.Duration) time.Duration { return longest }, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

func stockCreated(t testing.TB) event.Envelope {
	t.Helper()
	env, err := event.Wrap(event.StockCreated{OrderID: 4711}, "019aab12-0000-7000-8000-000000000001", time.Now(), "")
	if err != nil {
		t.Fatal(err)
	}
	return env
}

var inside = event.Subscription{Subscriber: "order.StockCreated", Type: event.TypeStockCreated}

// TestAnEventOfAnArchivedOrderIsPassedOver: its receipt is gone. It has no effect outside the database, is not parked,
// and is not delivered again.
func TestAnEventOfAnArchivedOrderIsPassedOver(t *testing.T) {
	for name, sub := range map[string]event.Subscription{
		"inside": inside, "outside": {Subscriber: "email.OrderCreated", Type: event.TypeStockCreated, Outside: true},
	} {
		l := &ledger{down: fault.New(fault.NotFound, "there is no receipt")}
		stored := dispatcher(t, l).Dispatch(t.Context(), sub, func(context.Context, event.Envelope) error {
			if sub.Outside {
				t.Error("a mail was sent once more")
			}
			return errors.New("refused")
		}, stockCreated(t))
		if !stored || len(l.parked)+len(l.retried) > 0 {
			t.Errorf("%s: stored %v, parked %v, retried %v", name, stored, l.parked, l.retried)
		}
	}
}

func TestAnEventThatIsHandledIsDone(t *testing.T) {
	l, calls := &ledger{}, 0
	stored := dispatcher(t, l).Dispatch(t.Context(), inside, bus.On(func(_ context.Context, e event.StockCreated) error {
		calls++
		if e.OrderID != 4711 {
			t.Errorf("got %+v", e)
		}
		return nil
	}), stockCreated(t))
	if !stored || calls != 1 || l.done != 1 {
		t.Errorf("stored %v, %d calls, %d done", stored, calls, l.done)
	}
}

func TestAReceiptThatTheEffectMarkedIsNotMarkedAgain(t *testing.T) {
	l := &ledger{}
	stored := dispatcher(t, l).Dispatch(t.Context(), inside, func(ctx context.Context, _ event.Envelope) error {
		event.ReceiptOf(ctx).Settle()
		return nil
	}, stockCreated(t))
	if !stored || l.done != 0 {
		t.Errorf("stored %v, %d done", stored, l.done)
	}
}

func TestAnEffectOutsideIsNotDoneWhenItsReceiptIs(t *testing.T) {
	l := &ledger{closed: true}
	outside := event.Subscription{Subscriber: "email.StockCreated", Type: event.TypeStockCreated, Outside: true}
	stored := dispatcher(t, l).Dispatch(t.Context(), outside, func(context.Context, event.Envelope) error {
		t.Error("the handler was called")
		return nil
	}, stockCreated(t))
	if !stored {
		t.Error("a duplicate is to be delivered again")
	}
}

func TestFailuresAreRetriedThenParked(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		retries int // before it is parked
	}{
		"passing":   {fault.New(fault.Unavailable, "down"), 2},
		"unknown":   {errors.New("what?"), 2},
		"permanent": {fault.New(fault.Invalid, "never"), 0},
		"refused":   {fault.New(fault.Conflict, "no"), 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := &ledger{}
			d := dispatcher(t, l)
			for try := 0; len(l.parked) == 0 && try < 10; try++ {
				begun := time.Now()
				if !d.Dispatch(t.Context(), inside, func(context.Context, event.Envelope) error { return c.err }, stockCreated(t)) {
					t.Fatal("not stored")
				}
				if n := len(l.retried); n > try {
					wait := l.retried[try].Sub(begun)
					if want := time.Second << try; wait != want {
						t.Errorf("%s: try %d is after %s, want %s", name, try+2, wait, want)
					}
				}
			}
			if len(l.retried) != c.retries || len(l.parked) != 1 || l.done != 0 {
				t.Errorf("%s: %d retries, parked %v, %d done", name, len(l.retried), l.parked, l.done)
			}
		})
	}
}

func TestAPanicAndAnUnreadableEventAreFailures(t *testing.T) {
	l := &ledger{}
	d := dispatcher(t, l)
	d.Dispatch(t.Context(), inside, func(context.Context, event.Envelope) error { panic("oh") }, stockCreated(t))
	if len(l.retried) != 1 {
		t.Errorf("after a panic, %d retries", len(l.retried))
	}
	broken := stockCreated(t)
	broken.Data = []byte(`{"orderId":"x"}`)
	d.Dispatch(t.Context(), inside, bus.On(func(context.Context, event.StockCreated) error { return nil }), broken)
	if len(l.parked) != 1 {
		t.Errorf("an event that cannot be read: parked %v", l.parked)
	}
}

func TestAHandlerThatHangsIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, begun := &ledger{}, time.Now()
		stored := dispatcher(t, l).Dispatch(t.Context(), inside, func(ctx context.Context, _ event.Envelope) error {
			<-ctx.Done()
			return ctx.Err()
		}, stockCreated(t))
		if took := time.Since(begun); !stored || len(l.retried) != 1 || took != 10*time.Second {
			t.Errorf("stored %v after %s, %d retries", stored, took, len(l.retried))
		}
	})
}

func TestWithoutADatabaseTheEventComesAgain(t *testing.T) {
	for name, handler := range map[string]bus.Handler{
		"done":   func(context.Context, event.Envelope) error { return nil },
		"failed": func(context.Context, event.Envelope) error { return errors.New("x") },
	} {
		l := &ledger{down: errors.New("no database")}
		if dispatcher(t, l).Dispatch(t.Context(), inside, handler, stockCreated(t)) {
			t.Errorf("%s: the outcome counts as stored", name)
		}
	}
}

// TestAReceiptIsHeldWhileItsHandlerWorks: when it works for long, and from the start if the event has waited for long.
// Effects in the database and quick handlers cost no write.
func TestAReceiptIsHeldWhileItsHandlerWorks(t *testing.T) {
	outside := event.Subscription{Subscriber: "email.StockCreated", Type: event.TypeStockCreated, Outside: true}
	for name, c := range map[string]struct {
		sub         event.Subscription
		waited      time.Duration // before its handler begins
		works       time.Duration
		before, all int // how often it is held: when the handler begins, and in all
	}{
		"quick":           {outside, 0, bus.LeaseAfter / 2, 0, 0},
		"slow":            {outside, 0, 2 * bus.LeaseAfter, 0, 1},
		"waited":          {outside, 2 * bus.LeaseAtOnce, bus.LeaseAfter / 2, 1, 1},
		"in the database": {inside, 2 * bus.LeaseAtOnce, 2 * bus.LeaseAfter, 0, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := &ledger{}
			d := dispatcher(t, l)
			env := stockCreated(t)
			time.Sleep(c.waited)
			var before int
			d.Dispatch(t.Context(), c.sub, func(context.Context, event.Envelope) error {
				_ = l.with(func() { before = len(l.held) })
				time.Sleep(c.works)
				return nil
			}, env)
			time.Sleep(time.Hour)
			synctest.Wait()
			if before != c.before || len(l.held) != c.all {
				t.Errorf("%s: held %d times before the handler began, %d in all", name, before, len(l.held))
			}
			for _, until := range l.held {
				if ends := time.Now().Add(-time.Hour); until.Before(ends) {
					t.Errorf("%s: held until %s, and the handler ended at %s", name, until, ends)
				}
			}
		})
	}
}

// TestALeaseThatEndsSoonIsExtendedAtOnce, if the delivery has the end of its lease.
func TestALeaseThatEndsSoonIsExtendedAtOnce(t *testing.T) {
	outside := event.Subscription{Subscriber: "email.StockCreated", Type: event.TypeStockCreated, Outside: true}
	for left, want := range map[time.Duration]int{time.Second: 1, bus.LeaseAfter: 1, 2 * bus.LeaseAfter: 0} {
		l := &ledger{}
		dispatcher(t, l).Dispatch(bus.WithLease(t.Context(), time.Now().Add(left)), outside, func(context.Context, event.Envelope) error {
			if len(l.held) != want {
				t.Errorf("with %s left it is held %d times, want %d", left, len(l.held), want)
			}
			return nil
		}, stockCreated(t))
	}
}

// TestAHoldIsOverBeforeAFailureIsKept: else it would postpone the next try.
func TestAHoldIsOverBeforeAFailureIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{holding: time.Second}
		outside := event.Subscription{Subscriber: "email.StockCreated", Type: event.TypeStockCreated, Outside: true}
		dispatcher(t, l).Dispatch(t.Context(), outside, func(context.Context, event.Envelope) error {
			time.Sleep(bus.LeaseAfter + time.Millisecond)
			return errors.New("refused")
		}, stockCreated(t))
		time.Sleep(time.Minute)
		if len(l.retried) != 1 || l.heldAfter != 1 {
			t.Errorf("retried %d times, and held %d times before", len(l.retried), l.heldAfter)
		}
	})
}

// TestWhatWasNotBegunCostsNoTry: it is delivered again, and the receipt stays as it is.
func TestWhatWasNotBegunCostsNoTry(t *testing.T) {
	l := &ledger{}
	d := dispatcher(t, l)
	var seen bus.Outcome
	d.Observe = func(_ string, outcome bus.Outcome, _ time.Duration) { seen = outcome }
	full := fault.Wrap(fmt.Errorf("no place: %w", fault.ErrNotBegun), fault.Unavailable, "very many")
	for range 30 {
		if d.Dispatch(t.Context(), event.Subscriptions[0], func(context.Context, event.Envelope) error { return full }, event.Envelope{ID: "a"}) {
			t.Error("it is acknowledged")
		}
	}
	if l.attempts != 0 || len(l.retried)+len(l.parked)+l.done != 0 || seen != bus.PutOff {
		t.Errorf("%d tries, %v, %v, %d done; %s", l.attempts, l.retried, l.parked, l.done, seen)
	}
}
