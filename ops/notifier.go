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

// Notifier lets one of many copies of the shop tell what all of them see: the one that leads. What a copy sees of itself
// alone (Condition.Own) it tells always.
//
// It guarantees: when the leader dies, the copy that takes over tells what no one may have told, which is what it saw
// itself within the last seconds; of that, the dead leader may have told some. What the leader told before is not told
// again.
type Notifier struct {
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
func (n *Notifier) Offer(notice Notice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.Lead == nil || n.leads || notice.Alert.own {
		n.Tell(notice)
		return
	}
	n.held = append(n.held, notice)
	n.held = n.held[max(0, len(n.held)-maxNotices):]
}

// Run asks for the lead until the context ends, and then gives it up.
func (n *Notifier) Run(ctx context.Context) {
	if n.Lead == nil {
		return
	}
	n.mu.Lock()
	n.answered = n.Now()
	n.mu.Unlock()
	ticker := time.NewTicker(leadEvery)
	defer ticker.Stop()
	for {
		n.ask(ctx)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			n.giveUp(context.WithoutCancel(ctx))
			return
		}
	}
}

// ask asks for the lead. While no one can say who leads, what was so remains so, and after a while this copy tells.
func (n *Notifier) ask(ctx context.Context) {
	bounded, cancel := context.WithTimeout(ctx, leadTimeout)
	defer cancel()
	at := n.Now()
	leads, err := n.Lead(bounded, at, leadTerm)
	if ctx.Err() != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil {
		leads = n.leads || at.Sub(n.answered) >= aloneAfter
	} else {
		n.answered = at
		if n.asked || !leads { // else there may never have been a leader to tell it
			n.held = slices.DeleteFunc(n.held, func(notice Notice) bool { return at.Sub(notice.At) > unheard })
		}
		n.asked = true
	}
	if leads && !n.leads {
		n.Log.Info("alerts: this copy tells them from now on", "heldBack", len(n.held), "error", err)
		for _, notice := range n.held {
			n.Tell(notice)
		}
		n.held = nil
	}
	n.leads = leads
}

// giveUp lets another copy lead at once.
func (n *Notifier) giveUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, leadTimeout)
	defer cancel()
	n.mu.Lock()
	leads := n.leads
	n.leads = false
	n.mu.Unlock()
	if !leads {
		return
	}
	if _, err := n.Lead(ctx, n.Now(), 0); err != nil {
		n.Log.Warn("alerts: the lead not given up; another copy has it in some seconds", "error", err)
	}
}
