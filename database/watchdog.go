package database

import (
	"context"
	"log/slog"
	"time"

	"acme.example/webshop/order"
)

const (
	watchEvery = time.Second
	// watchMax bounds what one look returns.
	watchMax = 100
	// pruneEvery is how often expired claims are forgotten.
	pruneEvery = time.Minute
)

// Watchdog compares journal, receipts and orders with their deadlines.
type Watchdog struct {
	Outbox Outbox
	Limits map[order.Status]time.Duration // how long an order may be in each status
	// Report is told of each missed deadline once, as long as it stays missed.
	Report func(context.Context, Overdue)
	Now    func() time.Time
	Log    *slog.Logger
}

// deadline names what missed its deadline.
type deadline struct {
	orderID             int64
	subscriber, eventID string
	status              order.Status
}

// Run watches until the context ends.
func (w *Watchdog) Run(ctx context.Context) {
	watch, prune := time.NewTicker(watchEvery), time.NewTicker(pruneEvery)
	defer watch.Stop()
	defer prune.Stop()
	known := map[deadline]bool{}
	for {
		select {
		case <-watch.C:
			known = w.look(ctx, known)
		case <-prune.C:
			if err := w.Outbox.PruneClaims(ctx, w.Now()); err != nil && ctx.Err() == nil {
				w.Log.Error("watchdog: claims not pruned; trying again", "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// look reports what was not known to be overdue, and returns what is.
func (w *Watchdog) look(ctx context.Context, known map[deadline]bool) map[deadline]bool {
	overdue, err := w.Outbox.Overdue(ctx, w.Now(), w.Limits, watchMax)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.Error("watchdog: no look at the deadlines; trying again", "error", err)
		}
		return known
	}
	now := map[deadline]bool{}
	for _, o := range overdue {
		key := deadline{o.OrderID, o.Subscriber, o.EventID, o.Status}
		if now[key] = true; !known[key] {
			w.Report(ctx, o)
		}
	}
	return now
}
