package database

import (
	"context"
	"math"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// ConsoleQueries is what the operator's console reads beside the journal: it runs beside the engine, so nothing of it crosses
// processes. Each look costs what is in work, not what there ever was.
type ConsoleQueries interface {
	// Search returns orders, the newest first.
	Search(ctx context.Context, q OrderQuery) (Found, error)
	// Flow counts the events that were journalled from one time until another, and what waits at each subscriber now.
	Flow(ctx context.Context, from, until time.Time) (Flow, error)
	// Outcomes counts how real orders went from one time until another.
	Outcomes(ctx context.Context, from, until time.Time) ([]Outcome, error)
	// InWork returns pending receipts of a subscriber, the oldest first.
	InWork(ctx context.Context, subscriber string, limit int) ([]Pending, error)
	// HeldPayments returns orders that wait for their payment and were put off with a reason (order.Store.PutOff), the
	// oldest first.
	HeldPayments(ctx context.Context, limit int) ([]Waiting, error)
	// DoubtfulPayments returns the others that wait for their payment since before a time, the oldest first.
	DoubtfulPayments(ctx context.Context, before time.Time, limit int) ([]Waiting, error)
	// Record writes what an operator does.
	Record(ctx context.Context, a Action) error
	// ActionsOf returns what operators did about an order, oldest first. Order 0 is for what was about no order.
	ActionsOf(ctx context.Context, orderID int64) ([]Action, error)
	// LastActions returns what operators did last, the newest first.
	LastActions(ctx context.Context, limit int) ([]Action, error)
}

// OrderQuery says which orders are looked for. What is empty does not matter.
type OrderQuery struct {
	ID       int64        // this number
	Customer string       // a part of the name or of the mail address; A to Z in either case
	Status   order.Status // in this status now
	Market   string       // of this market
	Below    int64        // with a lower number: the next page
	Limit    int          // at most so many, and never more than MaxFound
}

const (
	// MaxFound bounds one page of a search.
	MaxFound = 200
	// SearchDepth is how many numbers one search goes back when no index serves it.
	SearchDepth = 100_000
)

// Found is one page of a search.
type Found struct {
	Orders []order.Order
	// Next is where to look on (OrderQuery.Below); 0 when there is nothing further back. A page may be empty and have a
	// Next: a search looks at SearchDepth numbers at most, so that it costs the same in a shop of any age.
	Next int64
}

// Flow is what goes through the shop.
type Flow struct {
	Events map[event.Type]int // journalled in the time asked for
	Steps  []Step             // of subscribers at which something is, by name
}

// Step is what is at one subscriber.
type Step struct {
	Subscriber string
	Waiting    int       // pending receipts, those that fail included
	Failing    int       // pending receipts that a try has failed at
	Parked     int       // dead letters
	Oldest     time.Time // of the event that waits for longest; zero when nothing waits
}

// Pending is a receipt that waits.
type Pending struct {
	OrderID   int64
	EventID   string
	Since     time.Time // of its event
	Attempts  int       // tries that failed
	NextTry   time.Time // when its event is published again, at the latest
	LastError string
}

// Action is one thing that an operator did. It is written before it is done: what was refused is in a second one.
type Action struct {
	ID         int64 // rises
	Time       time.Time
	Who        string // the name that goes with the token; "token", or "local" without one
	What       string // e.g. "replay"
	OrderID    int64  // 0: about no order
	EventID    string
	Subscriber string
	Detail     string
}

// Page is the query as a store asks it: its bounds are set, and From is the lowest number to look at when no index leads
// to the orders. The newest number is that of the newest order below Below, or of all: a page begins at an order, and not
// somewhere in numbers that were left out (SpareNumbers).
func (q OrderQuery) Page(newest int64) (page OrderQuery, from int64) {
	if q.Limit < 1 || q.Limit > MaxFound {
		q.Limit = MaxFound
	}
	if q.Below < 1 || q.Below > newest+1 {
		q.Below = newest + 1
	}
	if q.ID == 0 && (q.Status == "" || len(q.Status.Next()) == 0) {
		from = max(q.Below-SearchDepth, 0)
	}
	return q, from
}

// Bound is the number below which the newest order is to be looked for.
func (q OrderQuery) Bound() int64 {
	if q.Below < 1 {
		return math.MaxInt64
	}
	return q.Below
}

// Answer is what was found by a query as Page returned it.
func (q OrderQuery) Answer(found []order.Order, from int64) Found {
	f := Found{Orders: found}
	switch {
	case len(found) == q.Limit:
		f.Next = found[len(found)-1].ID
	case from > 1:
		f.Next = from
	}
	return f
}
