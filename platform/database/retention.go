package database

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

const (
	// RetentionJob is the name of the progress of the pass over all orders.
	RetentionJob = "retention"
	// retentionEvery is how often all orders are looked through, and retentionLook how often it is looked whether that is due.
	retentionEvery, retentionLook = 24 * time.Hour, time.Minute
	// RetentionBatch bounds the orders that one step reads.
	RetentionBatch = 50
	// RetentionDepth is how many order numbers one step covers.
	RetentionDepth = 5000
	// retainer is who erases by the rules.
	retainer = "retention"
)

// Retention erases the personal data of orders that have ended longer ago than the rules of their market keep it. It looks through
// all orders once a day, in steps, and goes on where it was after a restart or in another copy.
type Retention struct {
	Store interface {
		Privacy
		Record(ctx context.Context, a Action) error
		Progress
	}
	Keep func() map[string]order.Keep        // of each market, by the active rules
	Lead func(context.Context) (bool, error) // as of the Housekeeper
	Now  func() time.Time
	Log  *slog.Logger

	erased, failed atomic.Int64
}

// pass is how far the look at all orders is.
type pass struct {
	From int64     `json:"from"` // the next number; 0: it is over
	Done time.Time `json:"done"` // when the last one was over
}

// Run erases until the context ends. It works a tenth of the time at most.
func (r *Retention) Run(ctx context.Context) {
	for ctx.Err() == nil {
		begun := time.Now()
		more, err := r.Step(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.Warn("retention: orders not looked at; trying again", "error", err)
		}
		if more && err == nil {
			pause(ctx, max(leastRest, restFor*time.Since(begun)))
			continue
		}
		pause(ctx, retentionLook)
	}
}

// Step looks at some orders, and reports whether there are more.
func (r *Retention) Step(ctx context.Context) (more bool, err error) {
	keep := r.Keep()
	newest, some := newestEnd(keep, r.Now())
	if !some {
		return false, nil
	}
	if r.Lead != nil {
		if leads, err := r.Lead(ctx); err != nil || !leads {
			return false, err
		}
	}
	var at pass
	text, err := r.Store.ProgressOf(ctx, RetentionJob)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &at)
	}
	if now := r.Now(); err != nil || at.From == 0 && now.Sub(at.Done) < retentionEvery && !at.Done.After(now) {
		return false, err
	}
	found, next, err := r.Store.EndedOrders(ctx, max(at.From, 1), newest, RetentionBatch)
	if err != nil {
		return false, err
	}
	for _, o := range found {
		if k := keep[o.Market]; o.Outlived(k, r.Now()) {
			r.erase(ctx, o, k)
		}
	}
	if at.From = next; next == 0 {
		at.Done = r.Now()
	}
	return next != 0, r.save(ctx, at)
}

func (r *Retention) save(ctx context.Context, at pass) error {
	text, err := json.Marshal(at)
	if err == nil && ctx.Err() == nil {
		err = r.Store.SaveProgress(ctx, RetentionJob, string(text))
	}
	return err
}

// newestEnd is the latest time before which an order of some market must have ended to be erased.
func newestEnd(keep map[string]order.Keep, now time.Time) (newest time.Time, some bool) {
	for _, k := range keep {
		if before := k.Before(now); !k.Ever() && before.After(newest) {
			newest, some = before, true
		}
	}
	return newest, some
}

// erase erases one order. What fails, or is under way still, is looked at again with the next pass.
func (r *Retention) erase(ctx context.Context, o order.Order, k order.Keep) {
	why := fmt.Sprintf("kept for %s after it ended", k)
	err := r.Store.Erase(ctx, o.ID, retainer, why)
	switch {
	case fault.CodeOf(err) == fault.Conflict:
		r.Log.Info("retention: personal data is still needed", "order", o.ID, "why", err.Error())
		return
	case err != nil:
		r.failed.Add(1)
		r.Log.Warn("retention: personal data not erased; trying again tomorrow", "order", o.ID, "error", err)
		return
	}
	r.erased.Add(1)
	r.Log.Info("personal data erased", "order", o.Ref(), "by", retainer, "why", why)
	if err := r.Store.Record(ctx, Action{Who: retainer, What: "erase-person", OrderID: o.ID, Detail: why}); err != nil {
		r.Log.Warn("retention: not written down that an order was erased", "order", o.ID, "error", err)
	}
}

// Erased and Failed return of how many orders this process has erased the personal data by the rules, or could not.
func (r *Retention) Erased() int64 { return r.erased.Load() }

func (r *Retention) Failed() int64 { return r.failed.Load() }
