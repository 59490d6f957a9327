package sqlite

import (
	"context"
	"fmt"
	"sync/atomic"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
)

// untried counts the receipts that wait for their first try, along with each transaction.
type untried struct{ inside, outside atomic.Int64 }

func (u *untried) add(more database.Untried) {
	u.inside.Add(int64(more.Inside))
	u.outside.Add(int64(more.Outside))
}

// Untried counts the receipts that wait for their first try.
func (s *Store) Untried() database.Untried {
	return database.Untried{Inside: int(s.untried.inside.Load()), Outside: int(s.untried.outside.Load())}
}

// waits counts a receipt that begins or ends to wait for its first try.
func (t *tx) waits(subscriber string, n int) { add(&t.untried, subscriber, n) }

func add(to *database.Untried, subscriber string, n int) {
	if event.Outside(subscriber) {
		to.Outside += n
		return
	}
	to.Inside += n
}

// countUntried counts what an earlier life of the shop left behind.
func (s *Store) countUntried(ctx context.Context) error {
	type waiting struct {
		subscriber string
		n          int
	}
	all, err := collect(ctx, s.read, func(row scanner) (w waiting, err error) {
		err = row.Scan(&w.subscriber, &w.n)
		return w, err
	}, `SELECT subscriber, count(*) FROM receipts WHERE state = 'pending' AND attempts = 0 GROUP BY subscriber`)
	if err != nil {
		return fmt.Errorf("sqlite: count what waits: %w", err)
	}
	var left database.Untried
	for _, w := range all {
		add(&left, w.subscriber, w.n)
	}
	s.untried.add(left)
	return nil
}
