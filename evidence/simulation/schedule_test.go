package simulation

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// activity is a sequence of calls within a life: the handling of a message, a client's request, the relay.
type activity struct {
	number int
	name   string
	life   *life
	late   bool // its event's receipt was done when it began
}

type activityKey struct{}

func withActivity(ctx context.Context, a *activity) context.Context {
	return context.WithValue(ctx, activityKey{}, a)
}

func activityOf(ctx context.Context) *activity {
	a, _ := ctx.Value(activityKey{}).(*activity)
	return a
}

// call is a call of a store or a partner that waits for the scheduler: before it is done, or before it is answered.
type call struct {
	by      *activity
	what    string
	orderID int64
	kind    kind
	after   bool
	since   time.Time
	resume  chan verdict
}

// kind is what can go wrong with a call.
type kind int

const (
	reads  kind = iota // fails
	writes             // fails, or its answer is lost
	asks               // of a partner: as above, or it arrives late
)

// verdict is the scheduler's decision about a call.
type verdict struct {
	fate fate
	roll uint64 // dice for the called one
}

type fate int

const (
	goesOn fate = iota
	fails       // before the call: nothing was done; after it: the answer is lost
	isLate      // before the call: it is given up, and done later
	isDead      // the life has ended
)

// pause parks the calling goroutine until the scheduler decides. A call outside any activity continues at once.
func (w *world) pause(ctx context.Context, kind kind, what string, orderID int64, after bool) verdict {
	a := activityOf(ctx)
	if a == nil {
		return verdict{}
	}
	w.mu.Lock()
	if after {
		a.life.glance = glance{} // something may have changed
	}
	if a.life.dead {
		w.mu.Unlock()
		return verdict{fate: isDead}
	}
	c := &call{by: a, what: what, orderID: orderID, kind: kind, after: after, since: time.Now(), resume: make(chan verdict)}
	w.parked = append(w.parked, c)
	w.mu.Unlock()
	v := <-c.resume
	if v.fate == goesOn && !after && ctx.Err() != nil {
		v.fate = fails // timed out before it began
	}
	return v
}

// longestStall bounds how long the scheduler delays a call: longer than the bus and the relay wait before they send
// again.
const longestStall = 45 * time.Second

// step picks one possible event, and lets it happen. It reports whether there was anything but waiting.
func (w *world) step() (busy bool) {
	var options []option
	options = append(options, w.calls()...)
	options = append(options, w.life.options()...)
	options = append(options, w.partners.options()...)
	for _, c := range w.clients {
		options = append(options, c.options(w)...)
	}
	options = append(options, w.operator.options(w)...)
	options = append(options, w.approvals()...)
	options = append(options, w.housekeeping()...)
	if busy = len(options) > 0; !busy || !w.healing {
		options = append(options, w.passing()...)
	}
	all := 0
	for _, o := range options {
		all += o.weight
	}
	at := w.dice.IntN(all)
	for _, o := range options {
		if at -= o.weight; at < 0 {
			o.do()
			return busy
		}
	}
	return busy
}

// housekeeping archives finished orders at once, whatever may still come for them.
func (w *world) housekeeping() []option {
	if !w.chance(w.plan.archive) || w.life.running >= mostAtOnce {
		return nil
	}
	return []option{{20, func() {
		l, limit, before := w.life, 1+w.dice.IntN(3), time.Now().AddDate(1, 0, 0)
		l.begin("housekeeper", func(ctx context.Context, _ *activity) {
			if n, err := l.seen.Archive(ctx, before, limit); err == nil {
				w.archived.Add(int64(n))
			}
		})
	}}}
}

// option is something that can happen now.
type option struct {
	weight int
	do     func()
}

// calls returns the parked calls, each of which can continue.
func (w *world) calls() (options []option) {
	slices.SortFunc(w.parked, func(a, b *call) int {
		return cmp.Or(cmp.Compare(a.by.number, b.by.number), cmp.Compare(a.orderID, b.orderID), cmp.Compare(a.what, b.what))
	})
	for i, c := range w.parked {
		options = append(options, option{10, func() {
			w.parked = slices.Delete(w.parked, i, i+1)
			c.resume <- w.judge(c)
		}})
	}
	return options
}

// judge decides about a call.
func (w *world) judge(c *call) verdict {
	v := verdict{roll: w.dice.Uint64()}
	switch {
	case !c.after && w.chance(w.plan.fail), c.after && c.kind != reads && w.chance(w.plan.lose):
		v.fate = fails
	case !c.after && c.kind == asks && w.chance(w.plan.late):
		v.fate = isLate
	}
	if w.tracing {
		w.note("%d %s: %s %d %s", c.by.number, c.by.name, c.what, c.orderID, w.became(c, v))
	}
	return v
}

func (w *world) became(c *call, v verdict) string {
	before := []string{goesOn: "is done", fails: "FAILS", isLate: "IS LATE"}
	after := []string{goesOn: "is answered", fails: "LOSES ITS ANSWER"}
	if c.after {
		return after[v.fate]
	}
	return before[v.fate]
}

// passing lets time pass, while no call is delayed for too long.
func (w *world) passing() []option {
	naps := []time.Duration{10 * time.Millisecond, time.Second, time.Second, 3 * time.Second, 10 * time.Second}
	if w.healing {
		naps = naps[1:2]
	}
	nap := naps[w.dice.IntN(len(naps))]
	if len(w.partners.onTheWay) == 0 && w.chance(w.plan.freeze) {
		return []option{{1000, w.freeze}}
	}
	for _, c := range w.parked {
		if time.Since(c.since)+nap > longestStall {
			return nil
		}
	}
	for _, late := range w.partners.onTheWay {
		if time.Now().Add(nap).After(late.by) {
			return nil
		}
	}
	return []option{{8, func() { w.sleep(nap) }}}
}

// freeze stops the machine: time passes, and neither relay nor watchdog run.
func (w *world) freeze() {
	w.note("FROZEN with %d calls under way", len(w.parked))
	w.frozen = make(chan struct{})
	w.sleep(20 * time.Minute)
	close(w.frozen)
	w.frozen = nil
}

// thawed waits while the machine stands still, and reports whether it did.
func (w *world) thawed() bool {
	w.mu.Lock()
	frozen := w.frozen
	w.mu.Unlock()
	if frozen != nil {
		<-frozen
	}
	return frozen != nil
}
