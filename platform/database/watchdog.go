package database

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"acme.example/webshop/event"
)

const (
	watchEvery = time.Second
	// pruneEvery is how often expired rows are deleted: all of them, in transactions of PruneBatch.
	pruneEvery = time.Minute
	// maxMadeDue bounds how many receipts one look makes due at once; the next looks make the others due.
	maxMadeDue = 1000
	// staleAfter is how old a look may be before it counts as none.
	staleAfter = 4 * time.Second
)

// Watchdog compares receipts and orders with their deadlines. A receipt that is late and whose subscriber has not failed
// is made due, since the bus may have lost its event; once, and after a restart once more. About orders that are too long
// in a status it does nothing but tell: the services that can move them on remind those who must act (stock.Remind).
type Watchdog struct {
	Outbox    Outbox
	Deadlines func() Deadlines // as the rules have them now
	Now       func() time.Time
	Log       *slog.Logger

	last    atomic.Pointer[sight]
	pruneAt time.Time // when to prune next
}

// sight is what a look has seen.
type sight struct {
	at      time.Time
	overdue []Stuck
	err     error
}

// missed is one receipt that is late.
type missed struct{ subscriber, eventID string }

// Overdue returns what was past its deadline when the watchdog last looked. A look that failed, or is too long ago, is
// an error.
func (w *Watchdog) Overdue(context.Context) ([]Stuck, error) {
	last := w.last.Load()
	switch {
	case last == nil:
		return nil, nil // it starts
	case last.err != nil:
		return nil, last.err
	case w.Now().Sub(last.at) > staleAfter:
		return nil, fmt.Errorf("the watchdog has not looked since %s", last.at.Format(time.TimeOnly))
	}
	return last.overdue, nil
}

// Run watches until the context ends.
func (w *Watchdog) Run(ctx context.Context) {
	var pruning sync.WaitGroup
	defer pruning.Wait()
	pruning.Go(func() { w.prune(ctx) })
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	known := map[missed]bool{}
	for {
		select {
		case <-watch.C:
			known = w.look(ctx, known)
		case <-ctx.Done():
			return
		}
	}
}

// prune deletes expired rows until the context ends. As long as there are more than fit one
// transaction it goes on, at the housekeeper's pace. A Run that ended earlier leaves it to the next one.
func (w *Watchdog) prune(ctx context.Context) {
	pause(ctx, min(w.pruneAt.Sub(w.Now()), pruneEvery)) // the clock may have stepped back since
	for ctx.Err() == nil {
		begun := time.Now()
		forgotten, err := w.Outbox.Prune(ctx, w.Now())
		if err != nil && ctx.Err() == nil {
			w.Log.Error("watchdog: nothing pruned; trying again", "error", err)
		}
		wait := pruneEvery
		if forgotten == PruneBatch {
			wait = max(leastRest, restFor*time.Since(begun))
		}
		w.pruneAt = w.Now().Add(wait)
		pause(ctx, wait)
	}
}

// Check looks once, as Run does each second.
func (w *Watchdog) Check(ctx context.Context) { w.look(ctx, map[missed]bool{}) }

// look acts on what was not known to be overdue, and returns what was acted on and is overdue still.
func (w *Watchdog) look(ctx context.Context, known map[missed]bool) map[missed]bool {
	at := w.Now()
	overdue, err := w.Outbox.Overdue(ctx, at, w.Deadlines())
	w.last.Store(&sight{at, overdue, err})
	if err != nil {
		if ctx.Err() == nil {
			w.Log.Error("watchdog: no look at the deadlines; trying again", "error", err)
		}
		return known
	}
	acted := map[missed]bool{}
	var late []*event.Receipt
	for _, m := range receipts(overdue) {
		switch {
		case known[m]:
			acted[m] = true
		case len(late) < maxMadeDue:
			late = append(late, &event.Receipt{EventID: m.eventID, Subscriber: m.subscriber})
			acted[m] = true
		}
	}
	w.makeDue(ctx, late)
	return acted
}

// receipts lists each receipt that is late.
func receipts(overdue []Stuck) (list []missed) {
	for _, b := range overdue {
		for _, o := range b.Oldest {
			if b.Status == "" {
				list = append(list, missed{b.Subscriber, o.EventID})
			}
		}
	}
	return list
}

func (w *Watchdog) makeDue(ctx context.Context, receipts []*event.Receipt) {
	if len(receipts) == 0 {
		return
	}
	if err := w.Outbox.MakeDue(ctx, receipts); err != nil && ctx.Err() == nil {
		w.Log.Warn("watchdog: late events not made due; they are published again in their time", "error", err)
	}
}
