package ops

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

const (
	// leadEvery is how often a copy asks for the lead, leadTerm for how long it then has it.
	leadEvery = time.Second
	leadTerm  = 5 * time.Second
	// leadTimeout bounds one request.
	leadTimeout = 2 * time.Second
	// unheard is how long a notice may have gone unreported: the leader may have died right after its last request.
	unheard = leadTerm + 2*leadEvery
	// aloneAfter is how long the leader may be unknown before each copy reports: better twice than never.
	aloneAfter = 30 * time.Second
)

// Notifier lets the leader among many copies report what all of them see. What a copy alone sees (Condition.Own) it
// always reports.
//
// It guarantees: when the leader dies, the next one reports what it saw itself within the last seconds, some of which
// the old leader may have reported too. Earlier notices are not repeated.
type Notifier struct {
	// Lead requests the lead for a term (database.Outbox.Lead); nil if this is the only copy.
	Lead   func(ctx context.Context, at time.Time, term time.Duration) (bool, error)
	Notify func(Notice) // must not block
	Now    func() time.Time
	Log    *slog.Logger

	mu       sync.Mutex
	leads    bool
	asked    bool      // the leader was known once
	answered time.Time // when the leader was last known
	held     []Notice  // presumably reported by the leader
}

// Offer sends a notice, or holds it back. It does not block.
func (n *Notifier) Offer(notice Notice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.Lead == nil || n.leads || notice.Alert.own {
		n.Notify(notice)
		return
	}
	n.held = append(n.held, notice)
	n.held = n.held[max(0, len(n.held)-maxNotices):]
}

// Run keeps requesting the lead until the context ends, and then gives it up.
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

// ask requests the lead. While the leader is unknown, nothing changes, and after aloneAfter this copy reports.
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
		if n.asked || !leads { // else there may never have been a leader
			n.held = slices.DeleteFunc(n.held, func(notice Notice) bool { return at.Sub(notice.At) > unheard })
		}
		n.asked = true
	}
	if leads && !n.leads {
		n.Log.Info("alerts: this copy reports them from now on", "heldBack", len(n.held), "error", err)
		for _, notice := range n.held {
			n.Notify(notice)
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
