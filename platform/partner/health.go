package partner

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

const (
	// healthWindow is the period over which calls are counted, in seconds.
	healthWindow = 30
	// fewestFailures is how many calls must have failed before a partner counts as failing. If that many failed in a row,
	// earlier answers do not count.
	fewestFailures = 3
	// slowCall is how long a call may be unanswered before it counts as failed, which is before its timeout.
	slowCall = 3 * time.Second
	// quietFor is how long a partner's state is kept without any call. It is longer than the wait between two tries of an
	// event.
	quietFor = 6 * time.Minute
)

// Vitals is the state of a partner.
type Vitals struct {
	Partner       string
	Calls, Failed int       // in the last half minute
	Failing       bool      // from three failed calls on, if half of all or the last ones failed, until it answers most calls again
	Since         time.Time // of the first failure, if it is failing
	Kinds         []string  // the kinds of the last failures, the most frequent first
	Orders        []int64   // whose last call failed, newest first; at most maxFailures
}

// Health counts a partner's answers, and decides whether it is failing: the breaker is open (shut), or half of the calls
// of the last half minute failed, or the last three. A call has failed if it has no clear answer (fault.Unavailable), or
// none for 3 seconds; a declined payment or a refusal is an answer. It is safe for concurrent use.
type Health struct {
	partner string
	shut    func() bool // reports whether calls fail at once, because the partner is known to be down; nil: never

	mu       sync.Mutex
	seconds  [healthWindow]tally
	open     map[int64]failure // the calls under way: when they began, and what they count as until they end
	calls    int64             // so far
	last     time.Time         // end of the last call
	heard    time.Time         // last clear answer
	row      int               // failed calls since then
	rowAt    time.Time         // the first of them
	failing  bool
	since    time.Time
	failures []failure // the last ones, newest last
}

// failure is a call without a clear answer.
type failure struct {
	at    time.Time
	kind  string
	order int64 // 0: none
}

// maxFailures bounds the remembered failures of a partner.
const maxFailures = 200

// tally counts the calls that ended in one second.
type tally struct {
	second        int64
	calls, failed int
}

func newHealth(partner string) *Health {
	return &Health{partner: partner, open: map[int64]failure{}}
}

// begin records the start of a call; end records its end and outcome.
func (h *Health) begin(ctx context.Context) (end func(error)) {
	order := telemetry.OrderOf(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls++
	number := h.calls
	h.open[number] = failure{time.Now(), kindOf(context.DeadlineExceeded), order}
	return func(err error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.open, number)
		h.last = time.Now()
		h.tally(h.last).calls++
		if fault.CodeOf(err) != fault.Unavailable {
			h.heard, h.row = h.last, 0
			h.failures = slices.DeleteFunc(h.failures, func(f failure) bool { return order != 0 && f.order == order })
		} else if !errors.Is(err, context.Canceled) {
			h.failures = append(h.failures[max(0, len(h.failures)+1-maxFailures):], failure{h.last, kindOf(err), order})
		}
	}
}

// failed records a failed call. Calls cancelled by their callers, or not made, do not count.
func (h *Health) failed(cause error) {
	if errors.Is(cause, context.Canceled) || errors.Is(cause, errAway) || errors.Is(cause, errBusy) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.tally(now).failed++
	if h.row++; h.row == 1 {
		h.rowAt = now.Truncate(time.Second)
	}
}

// tally returns the count of a second.
func (h *Health) tally(at time.Time) *tally {
	t := &h.seconds[at.Unix()%healthWindow]
	if t.second != at.Unix() {
		*t = tally{second: at.Unix()}
	}
	return t
}

// Vitals returns the state of the partner.
func (h *Health) Vitals() Vitals {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	v, first, row := h.count(now)
	most := v.Failed >= fewestFailures && 2*v.Failed >= v.Calls
	switch {
	case v.Calls == 0 && now.Sub(h.last) > quietFor:
		h.failing = false
	case most, v.Failed >= fewestFailures && row >= fewestFailures, h.shut != nil && h.shut():
		if !h.failing {
			h.failing, h.since = true, first
			if !most && h.row > 0 {
				h.since = h.rowAt // earlier failures may have been chance
			}
		}
	case v.Calls > 0 && 2*v.Failed < v.Calls:
		h.failing = false
	}
	if h.failing {
		v.Failing, v.Since = true, h.since
		v.Kinds, v.Orders = h.causes(now)
	}
	return v
}

// causes returns the kinds of the failures since the partner is failing, including calls unanswered for too long, and
// their orders.
func (h *Health) causes(now time.Time) (kinds []string, orders []int64) {
	times := map[string]int{}
	note := func(f failure) {
		times[f.kind]++
		if f.order != 0 && !slices.Contains(orders, f.order) {
			orders = append(orders, f.order)
		}
	}
	for _, call := range h.open {
		if now.Sub(call.at) >= slowCall {
			note(call)
		}
	}
	for _, f := range slices.Backward(h.failures) {
		if f.at.Before(h.since) {
			break
		}
		note(f)
	}
	kinds = slices.Sorted(maps.Keys(times))
	slices.SortStableFunc(kinds, func(a, b string) int { return times[b] - times[a] })
	return kinds, orders
}

// count adds up the window and the unanswered calls, and finds the first failure. row is how many failed, or have no
// answer, since the last clear answer.
func (h *Health) count(now time.Time) (v Vitals, first time.Time, row int) {
	v, first, row = Vitals{Partner: h.partner}, now, h.row
	for _, t := range h.seconds {
		if t.second <= now.Unix()-healthWindow {
			continue
		}
		v.Calls += t.calls
		v.Failed += t.failed
		if at := time.Unix(t.second, 0); t.failed > 0 && at.Before(first) {
			first = at
		}
	}
	for _, call := range h.open {
		begun := call.at
		if now.Sub(begun) < slowCall {
			continue
		}
		v.Calls++
		v.Failed++
		if begun.Before(first) {
			first = begun
		}
		if begun.After(h.heard) {
			row++
		}
	}
	return v, first, row
}
