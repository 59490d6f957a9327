package database

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

const (
	watchEvery = time.Second
	// pruneEvery is how often expired claims are forgotten.
	pruneEvery = time.Minute
	// maxHurried bounds how many receipts one look makes due at once; the others are hurried by the next looks.
	maxHurried = 1000
	// maxReminders bounds the orders that wait to be reminded of; the others wait in the database.
	maxReminders = 100
	// reminderTimeout bounds one reminder.
	reminderTimeout = 15 * time.Second
	// staleAfter is how old a look may be before it counts as none.
	staleAfter = 4 * time.Second
)

// Watchdog compares receipts and orders with their deadlines. About each missed deadline it does something once: a
// receipt whose subscriber has not failed is made due, since the bus may have lost its event; of an order that is too
// long in its status, those who can move it on are reminded. After a restart it does so once more.
type Watchdog struct {
	Outbox    Outbox
	Deadlines Deadlines
	// Remind asks again for what makes an order leave its status. It must be safe to be called twice.
	Remind map[order.Status]func(ctx context.Context, orderID int64) error
	Now    func() time.Time
	Log    *slog.Logger

	last atomic.Pointer[sight]
}

// sight is what a look has seen.
type sight struct {
	at      time.Time
	overdue []Stuck
	err     error
}

// missed is one missed deadline.
type missed struct {
	orderID             int64
	subscriber, eventID string
	status              order.Status
}

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
	reminders := make(chan missed, maxReminders)
	var reminding sync.WaitGroup
	reminding.Go(func() { w.remind(ctx, reminders) })
	defer reminding.Wait()
	watch, prune := time.NewTicker(watchEvery), time.NewTicker(pruneEvery)
	defer watch.Stop()
	defer prune.Stop()
	known := map[missed]bool{}
	for {
		select {
		case <-watch.C:
			known = w.look(ctx, known, reminders)
		case <-prune.C:
			if err := w.Outbox.PruneClaims(ctx, w.Now()); err != nil && ctx.Err() == nil {
				w.Log.Error("watchdog: claims not pruned; trying again", "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// look acts on what was not known to be overdue, and returns what was acted on and is overdue still.
func (w *Watchdog) look(ctx context.Context, known map[missed]bool, reminders chan<- missed) map[missed]bool {
	at := w.Now()
	overdue, err := w.Outbox.Overdue(ctx, at, w.Deadlines)
	w.last.Store(&sight{at, overdue, err})
	if err != nil {
		if ctx.Err() == nil {
			w.Log.Error("watchdog: no look at the deadlines; trying again", "error", err)
		}
		return known
	}
	acted := map[missed]bool{}
	var hurry []*event.Receipt
	for _, m := range all(overdue) {
		switch {
		case known[m] || m.status != "" && w.Remind[m.status] == nil:
			acted[m] = true
		case m.status != "":
			acted[m] = offer(reminders, m)
		case len(hurry) < maxHurried:
			hurry = append(hurry, &event.Receipt{EventID: m.eventID, Subscriber: m.subscriber})
			acted[m] = true
		}
	}
	w.hurry(ctx, hurry)
	return acted
}

// all lists each missed deadline.
func all(overdue []Stuck) (list []missed) {
	for _, b := range overdue {
		for _, o := range b.Oldest {
			list = append(list, missed{o.OrderID, b.Subscriber, o.EventID, b.Status})
		}
	}
	return list
}

// offer puts an order in the queue of reminders, if there is room.
func offer(reminders chan<- missed, m missed) bool {
	select {
	case reminders <- m:
		return true
	default:
		return false
	}
}

func (w *Watchdog) hurry(ctx context.Context, receipts []*event.Receipt) {
	if len(receipts) == 0 {
		return
	}
	if err := w.Outbox.Hurry(ctx, receipts); err != nil && ctx.Err() == nil {
		w.Log.Warn("watchdog: late events not hurried; they are published again in their time", "error", err)
	}
}

// remind reminds until the context ends, beside the looks: who is reminded may be slow.
func (w *Watchdog) remind(ctx context.Context, reminders <-chan missed) {
	for {
		select {
		case m := <-reminders:
			bounded, cancel := context.WithTimeout(ctx, reminderTimeout)
			if err := w.Remind[m.status](bounded, m.orderID); err != nil && ctx.Err() == nil {
				w.Log.Warn("watchdog: an order is late, and asking again failed", "order", m.orderID, "status", m.status, "error", err)
			}
			cancel()
		case <-ctx.Done():
			return
		}
	}
}
