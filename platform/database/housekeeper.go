package database

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// keepEvery is how often the housekeeper looks for old orders. Each time it also reads the old orders that are not
	// finished.
	keepEvery = 5 * time.Minute
	// archiveBatch bounds the orders of one transaction, while other writes wait.
	archiveBatch = 50
	// restFor is how many times longer than it worked the housekeeper rests: it works a tenth of the time at most, and
	// slows down with the database.
	restFor = 9
	// leastRest bounds its speed on a very fast database: 2,500 orders a second.
	leastRest = 20 * time.Millisecond
)

// Housekeeper moves the histories of old orders from the journal to the archive, so that the tables each order goes
// through stay small, and deletes old test orders.
type Housekeeper struct {
	Outbox    Outbox
	Tests     Tests
	Keep      time.Duration // how long after an order's last event it is archived; 0: never
	KeepTests time.Duration // the same for the deletion of test orders
	// Lead reports whether this process is the leader; nil means that it is. Several at once do no harm, but no good
	// either.
	Lead func(context.Context) (bool, error)
	Now  func() time.Time
	Log  *slog.Logger

	next     time.Time // when to look again; it survives a Run that ends
	archived atomic.Int64
	deleted  atomic.Int64
	oldest   atomic.Int64 // milliseconds since 1970
}

// Run archives and deletes until the context ends.
func (h *Housekeeper) Run(ctx context.Context) {
	if h.Keep <= 0 && h.KeepTests <= 0 {
		return
	}
	pause(ctx, h.next.Sub(h.Now()))
	for ctx.Err() == nil {
		if err := h.tidy(ctx); err != nil && ctx.Err() == nil {
			h.Log.Warn("housekeeper: old orders not archived, or old test orders not deleted; trying again", "error", err)
		}
		h.next = h.Now().Add(keepEvery)
		pause(ctx, keepEvery)
	}
}

// tidy deletes and archives old orders in small batches, and then records the age of the oldest event left.
func (h *Housekeeper) tidy(ctx context.Context) error {
	if err := h.step(ctx, h.KeepTests, &h.deleted, h.Tests.DeleteTests); err != nil {
		return err
	}
	if err := h.step(ctx, h.Keep, &h.archived, h.Outbox.Archive); err != nil {
		return err
	}
	oldest, err := h.Outbox.OldestEvent(ctx)
	if err == nil && !oldest.IsZero() {
		h.oldest.Store(oldest.UnixMilli())
	}
	return err
}

// step applies an operation to all orders without a recent event, and counts them.
func (h *Housekeeper) step(ctx context.Context, keep time.Duration, count *atomic.Int64, do func(context.Context, time.Time, int) (int, error)) error {
	for done := archiveBatch; keep > 0 && done == archiveBatch; {
		if h.Lead != nil {
			if leads, err := h.Lead(ctx); err != nil || !leads {
				return err
			}
		}
		begun := time.Now()
		var err error
		if done, err = do(ctx, h.Now().Add(-keep), archiveBatch); err != nil {
			return err
		}
		count.Add(int64(done))
		pause(ctx, max(leastRest, restFor*time.Since(begun)))
	}
	return nil
}

// Archived returns how many orders this process has archived.
func (h *Housekeeper) Archived() int64 { return h.archived.Load() }

// Deleted returns how many test orders this process has deleted.
func (h *Housekeeper) Deleted() int64 { return h.deleted.Load() }

// Oldest returns the time of the oldest event in the journal as last read; the zero time before that.
func (h *Housekeeper) Oldest() time.Time {
	if ms := h.oldest.Load(); ms != 0 {
		return time.UnixMilli(ms).UTC()
	}
	return time.Time{}
}

// pause waits for d, or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
