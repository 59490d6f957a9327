package sqlite

import (
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
