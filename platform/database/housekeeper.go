package database

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// keepEvery is how often the housekeeper looks for what is old enough. It looks at all that is old and not finished,
	// too.
	keepEvery = 5 * time.Minute
	// archiveBatch bounds the orders of one transaction, for which others wait.
	archiveBatch = 50
	// restFor is how many times as long as it worked the housekeeper rests, so that at most a tenth of the time is its;
	// the slower the database is, the more slowly it works.
	restFor = 9
	// leastRest bounds how fast it works where the database is very fast: 2,500 orders a second.
	leastRest = 20 * time.Millisecond
)

// Housekeeper moves the histories of old orders from the journal to the archive, so that the tables which each order goes
// through stay as small as Keep allows, and deletes old test orders.
type Housekeeper struct {
	Outbox    Outbox
	Tests     Tests
	Keep      time.Duration // how long after the last that happened to an order; 0: for ever
	KeepTests time.Duration // the same of test orders
	// Lead reports whether this process is the one to do it; nil: it is. It is safe in many, but of no use.
	Lead func(context.Context) (bool, error)
	Now  func() time.Time
	Log  *slog.Logger

	next     time.Time // when to look again; a Run that ended earlier leaves it to the next one
	archived atomic.Int64
	deleted  atomic.Int64
	oldest   atomic.Int64 // milliseconds since 1970
}

// Run keeps house until the context ends.
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

// tidy deletes and archives what is old enough, a few orders at a time, and then looks how old the rest is.
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

// step does one thing with all orders to which nothing happened for some time, and counts them.
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

// Archived is how many orders this process has archived.
func (h *Housekeeper) Archived() int64 { return h.archived.Load() }

// Deleted is how many test orders this process has deleted.
func (h *Housekeeper) Deleted() int64 { return h.deleted.Load() }

// Oldest is when the oldest event of the journal happened, at the last look; the zero time before the first one.
func (h *Housekeeper) Oldest() time.Time {
	if ms := h.oldest.Load(); ms != 0 {
		return time.UnixMilli(ms).UTC()
	}
	return time.Time{}
}

// pause waits, or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
