package database

import (
	"context"
	"log/slog"
	"time"
)

// indexEvery is how often the indexer looks for new orders.
const indexEvery = 2 * time.Second

// Indexer keeps the index of the search up to date with new orders.
type Indexer struct {
	Store interface {
		IndexOrders(ctx context.Context) (more bool, err error)
	}
	Lead func(context.Context) (bool, error) // as of the Housekeeper
	Log  *slog.Logger
}

// Run indexes until the context ends. It works half of the time at most, so that others come to write.
func (x *Indexer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		begun := time.Now()
		more, err := x.step(ctx)
		if err != nil && ctx.Err() == nil {
			x.Log.Warn("indexer: orders not added to the index of the search; trying again", "error", err)
		}
		if more && err == nil {
			pause(ctx, max(time.Millisecond, time.Since(begun)))
			continue
		}
		pause(ctx, indexEvery)
	}
}

func (x *Indexer) step(ctx context.Context) (more bool, err error) {
	if x.Lead != nil {
		if leads, err := x.Lead(ctx); err != nil || !leads {
			return false, err
		}
	}
	return x.Store.IndexOrders(ctx)
}
