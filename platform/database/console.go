package database

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// ConsoleQueries is what the operator's console reads beside the journal. The console runs in the engine's process, so
// none of this crosses processes. Each query costs as much as the orders under way, however many there ever were.
type ConsoleQueries interface {
	// Search returns orders, the newest first.
	Search(ctx context.Context, q OrderQuery) (Found, error)
	// IndexOrders adds to the index of the search at most IndexBatch orders that it does not cover yet, oldest first, and
	// reports whether there may be more. Orders younger than IndexAfter wait.
	IndexOrders(ctx context.Context) (more bool, err error)
	// Flow counts the events journalled between two times, and what waits at each subscriber now.
	Flow(ctx context.Context, from, until time.Time) (Flow, error)
	// Outcomes counts how real orders ended between two times.
	Outcomes(ctx context.Context, from, until time.Time) ([]Outcome, error)
	// InWork returns pending receipts of a subscriber, the oldest first.
	InWork(ctx context.Context, subscriber string, limit int) ([]Pending, error)
	// HeldPayments returns orders that wait for their payment and were postponed with a reason (order.Store.PutOff),
	// oldest first.
	HeldPayments(ctx context.Context, limit int) ([]Waiting, error)
	// HeldRefunds returns the other orders whose refunds, or further payments, were postponed with a reason, oldest first.
	HeldRefunds(ctx context.Context, limit int) ([]Waiting, error)
	// Disputed returns orders with an open dispute (order.Order.Disputed), oldest first.
	Disputed(ctx context.Context, limit int) ([]Waiting, error)
	// Complaining returns orders with a complaint that has waited for its answer since before a time, oldest first.
	Complaining(ctx context.Context, before time.Time, limit int) ([]Waiting, error)
	// Bounced returns real orders whose latest mail has bounced (order.Order.BouncedSince) since after a time, oldest first.
	Bounced(ctx context.Context, after time.Time, limit int) ([]Waiting, error)
	// DoubtfulPayments returns the other orders that have waited for their payment since before a time, oldest first.
	DoubtfulPayments(ctx context.Context, before time.Time, limit int) ([]Waiting, error)
	// Record stores an operator's action.
	Record(ctx context.Context, a Action) error
	// ActionsOf returns the operators' actions on an order, oldest first; for order 0 those that concern no order.
	ActionsOf(ctx context.Context, orderID int64) ([]Action, error)
	// LastActions returns the operators' latest actions, newest first.
	LastActions(ctx context.Context, limit int) ([]Action, error)
}

// OrderQuery selects orders. An empty field does not restrict it.
type OrderQuery struct {
	ID       int64        // the order's number
	Text     string       // typed by an operator (ParseSearch): finds real orders by anything
	Real     bool         // no test orders
	Tests    bool         // test orders only
	Customer string       // part of the name or mail address; ASCII letters match in either case
	Status   order.Status // the current status
	Market   string       // the market
	Below    int64        // only lower numbers: the next page
	Limit    int          // the number of orders, at most MaxFound
}

// TypedQuery returns the query for what an operator typed: real orders by anything. When tests is "only", it finds test orders, and
// when it is "all" both, by their number, or a part of a name or a mail address.
func TypedQuery(text, tests string) OrderQuery {
	text = strings.TrimPrefix(strings.TrimSpace(text), "#")
	q := OrderQuery{Tests: tests == "only", Real: tests == ""}
	if q.Real {
		q.Text = text
		return q
	}
	if id, err := strconv.ParseInt(text, 10, 64); err == nil && id > 0 {
		q.ID = id
		return q
	}
	q.Customer = text
	return q
}

const (
	// MaxFound bounds one page of a search.
	MaxFound = 200
	// SearchDepth is how many order numbers one search covers if no index serves it.
	SearchDepth = 100_000
)

// Found is one page of a search.
type Found struct {
	Orders []order.Order
	// Next is OrderQuery.Below for the next page; 0 when there are no older orders. A page may be empty and still have a
	// Next: a search covers SearchDepth numbers at most, so that its cost does not grow with the shop.
	Next int64
}

// Flow is the shop's traffic.
type Flow struct {
	Events map[event.Type]int // journalled in the period
	Steps  []Step             // the subscribers with pending or parked receipts, by name
}

// Step is the work at one subscriber.
type Step struct {
	Subscriber string
	Waiting    int       // pending receipts, including the failing ones
	Failing    int       // pending receipts with a failed try
	Parked     int       // dead letters
	Oldest     time.Time // time of the oldest waiting event; zero if none waits
}

// Pending is a pending receipt.
type Pending struct {
	OrderID   int64
	EventID   string
	Since     time.Time // time of its event
	Attempts  int       // failed tries
	NextTry   time.Time // when its event is published again at the latest
	LastError string
}

// Action is one action of an operator. It is stored before it is carried out; a refusal is stored as a second one.
type Action struct {
	ID         int64 // rises
	Time       time.Time
	Who        string // the name that belongs to the token; "token" if it has none, "local" without a token
	What       string // e.g. "replay"
	OrderID    int64  // 0: concerns no order
	EventID    string
	Subscriber string
	Detail     string
}

// Page returns the query with its limits set, and the lowest number to read when no index leads to the orders. newest is
// the number of the newest order below Below, or of all orders: a page begins at an order, not in a gap of the numbers
// (SpareNumbers).
func (q OrderQuery) Page(newest int64) (page OrderQuery, from int64) {
	if q.Limit < 1 || q.Limit > MaxFound {
		q.Limit = MaxFound
	}
	if q.Below < 1 || q.Below > newest+1 {
		q.Below = newest + 1
	}
	if q.ID == 0 && (q.Status == "" || q.Status.MayEnd()) {
		from = max(q.Below-SearchDepth, 0)
	}
	return q, from
}

// Bound is the number below which to look for the newest order.
func (q OrderQuery) Bound() int64 {
	if q.Below < 1 {
		return math.MaxInt64
	}
	return q.Below
}

// Answer returns the page found by a query that Page returned.
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
