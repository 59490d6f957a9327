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
	// maxMadeDue bounds how many receipts one check makes due; the next checks handle the others.
	maxMadeDue = 1000
	// staleAfter is the age at which the result of a check is no longer used.
	staleAfter = 4 * time.Second
)

// Watchdog compares receipts and orders with their deadlines. A late receipt whose subscriber has not failed is made due,
// since the bus may have lost its event: once, and once more after a restart. Orders that stay too long in a status are
// only reported: the services that can move them on poll for them (stock.Remind).
type Watchdog struct {
	Outbox    Outbox
	Deadlines func() Deadlines // the deadlines of the active rules
	Now       func() time.Time
	Log       *slog.Logger

	last    atomic.Pointer[checkResult]
	pruneAt time.Time // when to prune next
}

// checkResult is the result of a check.
type checkResult struct {
	at      time.Time
	overdue []Stuck
	err     error
}

// lateReceipt is a receipt past its deadline.
type lateReceipt struct{ subscriber, eventID string }

// Overdue returns the deadlines lateReceipt at the last check. It is an error if that check failed or is too old.
func (w *Watchdog) Overdue(context.Context) ([]Stuck, error) {
	last := w.last.Load()
	switch {
	case last == nil:
		return nil, nil // it is starting
	case last.err != nil:
		return nil, last.err
	case w.Now().Sub(last.at) > staleAfter:
		return nil, fmt.Errorf("the watchdog has not checked the deadlines since %s", last.at.Format(time.TimeOnly))
	}
	return last.overdue, nil
}

// Run checks the deadlines each second until the context ends.
func (w *Watchdog) Run(ctx context.Context) {
	var pruning sync.WaitGroup
	defer pruning.Wait()
	pruning.Go(func() { w.prune(ctx) })
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	known := map[lateReceipt]bool{}
	for {
		select {
		case <-watch.C:
			known = w.check(ctx, known)
		case <-ctx.Done():
			return
		}
	}
}

// prune deletes expired rows until the context ends. While there is more than one transaction holds, it goes on at the
// housekeeper's pace. The time of the next pruning survives a Run that ends.
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

// Check checks once, as Run does each second.
func (w *Watchdog) Check(ctx context.Context) { w.check(ctx, map[lateReceipt]bool{}) }

// check makes late receipts due that are not in known, and returns all late receipts that it or an earlier check has made due.
func (w *Watchdog) check(ctx context.Context, known map[lateReceipt]bool) map[lateReceipt]bool {
	at := w.Now()
	overdue, err := w.Outbox.Overdue(ctx, at, w.Deadlines())
	w.last.Store(&checkResult{at, overdue, err})
	if err != nil {
		if ctx.Err() == nil {
			w.Log.Error("watchdog: deadlines not checked; trying again", "error", err)
		}
		return known
	}
	acted := map[lateReceipt]bool{}
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

// receipts lists each late receipt.
func receipts(overdue []Stuck) (list []lateReceipt) {
	for _, b := range overdue {
		for _, o := range b.Oldest {
			if b.Status == "" {
				list = append(list, lateReceipt{b.Subscriber, o.EventID})
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
		w.Log.Warn("watchdog: late events not made due; they are published again when their lease ends", "error", err)
	}
}
