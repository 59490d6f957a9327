package sqlite

import (
	"context"
	"fmt"
	"sync/atomic"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
)

// backlog counts the receipts that wait for their first try, along with each transaction.
type backlog struct{ inside, outside atomic.Int64 }

func (b *backlog) add(more database.Backlog) {
	b.inside.Add(int64(more.Inside))
	b.outside.Add(int64(more.Outside))
}

// Backlog counts the receipts that wait for their first try.
func (s *Store) Backlog() database.Backlog {
	return database.Backlog{Inside: int(s.backlog.inside.Load()), Outside: int(s.backlog.outside.Load())}
}

// waits counts a receipt that begins or ends to wait for its first try.
func (t *tx) waits(subscriber string, n int) { add(&t.backlog, subscriber, n) }

func add(b *database.Backlog, subscriber string, n int) {
	if event.Outside(subscriber) {
		b.Outside += n
		return
	}
	b.Inside += n
}

// countBacklog counts what an earlier life of the shop left behind.
func (s *Store) countBacklog(ctx context.Context) error {
	type waiting struct {
		subscriber string
		n          int
	}
	all, err := collect(ctx, s.read, func(row scanner) (w waiting, err error) {
		err = row.Scan(&w.subscriber, &w.n)
		return w, err
	}, `SELECT subscriber, count(*) FROM receipts WHERE state = 'pending' AND attempts = 0 GROUP BY subscriber`)
	if err != nil {
		return fmt.Errorf("sqlite: count the backlog: %w", err)
	}
	var left database.Backlog
	for _, w := range all {
		add(&left, w.subscriber, w.n)
	}
	s.backlog.add(left)
	return nil
}
