package sqlite

import (
	"sync/atomic"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

// backlog counts the receipts that wait for their first try; each transaction updates it.
type backlog struct{ inside, outside atomic.Int64 }

func (u *backlog) add(more database.Backlog) {
	u.inside.Add(int64(more.Inside))
	u.outside.Add(int64(more.Outside))
}

// Backlog counts the receipts that wait for their first try.
func (s *Store) Backlog() database.Backlog {
	return database.Backlog{Inside: int(s.backlog.inside.Load()), Outside: int(s.backlog.outside.Load())}
}

// waits counts receipts that begin or end to wait for their first try.
func (t *tx) waits(subscriber string, n int) { add(&t.backlog, subscriber, n) }

func add(to *database.Backlog, subscriber string, n int) {
	if event.Outside(subscriber) {
		to.Outside += n
		return
	}
	to.Inside += n
}
