package ops

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

const (
	// leadEvery is how often a copy asks whether it leads, and leadTerm for how long it does then.
	leadEvery = time.Second
	leadTerm  = 5 * time.Second
	// leadTimeout bounds one asking.
	leadTimeout = 2 * time.Second
	// unheard is for how long a notice may be one that no leader has told: the leader may have died right after it asked
	// for the last time, and this copy asks now and then.
	unheard = leadTerm + 2*leadEvery
	// aloneAfter is for how long no one may be able to say who leads before each copy tells: better twice than never.
	aloneAfter = 30 * time.Second
)

// Voice lets one of many copies of the shop tell what all of them see: the one that leads. What a copy sees of itself
// alone (Condition.Own) it tells always.
//
// It guarantees: when the leader dies, the copy that takes over tells what no one may have told, which is what it saw
// itself within the last seconds; of that, the dead leader may have told some. What the leader told before is not told
// again.
type Voice struct {
	// Lead asks for the lead at a time, for a term (database.Outbox.Lead); nil: this is the only copy.
	Lead func(ctx context.Context, at time.Time, term time.Duration) (bool, error)
	Tell func(Notice) // must not block
	Now  func() time.Time
	Log  *slog.Logger

	mu       sync.Mutex
	leads    bool
	asked    bool      // it was once known who leads
	answered time.Time // when it was last known who leads
	held     []Notice  // that a leader has told, as far as is known
}

// Offer tells a notice, or holds it back. It does not block.
func (v *Voice) Offer(n Notice) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.Lead == nil || v.leads || n.Alert.own {
		v.Tell(n)
		return
	}
	v.held = append(v.held, n)
	v.held = v.held[max(0, len(v.held)-maxNotices):]
}

// Run asks for the lead until the context ends, and then gives it up.
func (v *Voice) Run(ctx context.Context) {
	if v.Lead == nil {
		return
	}
	v.mu.Lock()
	v.answered = v.Now()
	v.mu.Unlock()
	ticker := time.NewTicker(leadEvery)
	defer ticker.Stop()
	for {
		v.ask(ctx)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			v.giveUp(context.WithoutCancel(ctx))
			return
		}
	}
}

// ask asks for the lead. While no one can say who leads, what was so remains so, and after a while this copy tells.
func (v *Voice) ask(ctx context.Context) {
	bounded, cancel := context.WithTimeout(ctx, leadTimeout)
	defer cancel()
	at := v.Now()
	leads, err := v.Lead(bounded, at, leadTerm)
	if ctx.Err() != nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil {
		leads = v.leads || at.Sub(v.answered) >= aloneAfter
	} else {
		v.answered = at
		if v.asked || !leads { // else there may never have been a leader to tell it
			v.held = slices.DeleteFunc(v.held, func(n Notice) bool { return at.Sub(n.At) > unheard })
		}
		v.asked = true
	}
	if leads && !v.leads {
		v.Log.Info("alerts: this copy tells them from now on", "heldBack", len(v.held), "error", err)
		for _, n := range v.held {
			v.Tell(n)
		}
		v.held = nil
	}
	v.leads = leads
}

// giveUp lets another copy lead at once.
func (v *Voice) giveUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, leadTimeout)
	defer cancel()
	v.mu.Lock()
	leads := v.leads
	v.leads = false
	v.mu.Unlock()
	if !leads {
		return
	}
	if _, err := v.Lead(ctx, v.Now(), 0); err != nil {
		v.Log.Warn("alerts: the lead not given up; another copy has it in some seconds", "error", err)
	}
}
