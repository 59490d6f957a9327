// Package database is the private service that owns the shop's data: its GraphQL server, and what keeps the events
// moving from the journal to the bus (relay) and in sight (watchdog). The engines are in its sub-packages; all pass the
// one suite in storetest.
//
// It guarantees: a state change, the events that it causes and a pending receipt for each of their subscribers are one
// transaction, which is durable before the caller is answered.
package database

import (
	"context"
	"time"

	"acme.example/webshop/approval"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/fraud"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// Services is what the services and their subscribers, pages and operators do with a store.
type Services interface {
	order.Store
	delivery.Store
	stock.Store
	fraud.Store
	approval.Store
	finance.Store
	Journaler
	Receipts
	DeadLetters
	Ledger
	Queries
	Rules
	// UnsettledOrders returns orders that wait for their payment since before the given time, oldest first.
	UnsettledOrders(ctx context.Context, before time.Time, limit int) ([]order.Order, error)
	// Backlog counts the receipts that wait for their first try. It costs next to nothing, and may be a second old.
	Backlog() Backlog
	// Ping reports whether the store can be read.
	Ping(ctx context.Context) error
	Close() error
}

// Store is all that an engine does: the services' part, and what only the processes of the database service need.
type Store interface {
	Services
	Outbox
	ConsoleQueries
	Tests
	RulesAdmin
	Corrections
	Progress
	Imports
	// OnCommit sets a function that is called with the events of each transaction, once it is durable. It must not block. It is set
	// once, before the first write.
	OnCommit(func([]event.Envelope))
	// Queue returns how many writes wait, and how many may.
	Queue() (waiting, most int)
}

// Journaler stores events of an order that change nothing else that the store keeps of it.
type Journaler interface {
	// Journal stores an event, with a pending receipt for each of its subscribers. One of a type that its order has
	// already is not stated again. When the context carries an event.Receipt, it is marked in the same transaction, and a
	// call whose receipt is done already changes nothing. If the order does not exist, that is fault.NotFound; one whose history
	// is archived, and to which nothing new happens any more, fault.Conflict. A new event that is not valid is an error.
	Journal(ctx context.Context, e event.Event) error
}

// Backlog is how far the handling of events is behind: receipts that wait for their first try. What failed, and waits to
// be tried again, is not in it.
type Backlog struct {
	Inside  int // of subscribers whose effect is in the database
	Outside int // of those that wait for mail servers and partners
}

// All counts both.
func (u Backlog) All() int { return u.Inside + u.Outside }

// Receipts is what a subscriber's dispatcher needs: where a receipt stands, and where to put what became of a try.
type Receipts interface {
	// ReceiptOpen reports whether the receipt is still pending.
	ReceiptOpen(ctx context.Context, r *event.Receipt) (bool, error)
	// MarkDone marks a pending receipt as done, and a parked one too: what succeeds after another try of it was given up has
	// succeeded. The same holds for every write whose context carries a receipt. One that is done or discarded stays as it is.
	MarkDone(ctx context.Context, r *event.Receipt) error
	// Hold puts off a pending receipt until a time at least, because a handler works on it.
	Hold(ctx context.Context, r *event.Receipt, until time.Time) error
	// Retry keeps the error of a failed try of a pending receipt, and makes it due again at the given time.
	Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error
	// Park makes a pending receipt a dead letter, with the error of its last try.
	Park(ctx context.Context, r *event.Receipt, failure string) error
	// Attempts is the number of failed tries so far.
	Attempts(ctx context.Context, r *event.Receipt) (int, error)
}

// Outbox is what the relay needs.
type Outbox interface {
	// ExpireLeases is for when the bus has lost what was on it: pending receipts are due at once, whatever their lease was, and
	// leases begin short again. Those that failed, and wait to be tried again, keep their back-off. It changes ReleaseBatch
	// of them in a transaction, so that no other write waits for all of them.
	ExpireLeases(ctx context.Context) error
	// TakeDue returns pending receipts that are due at a time, oldest first, and puts each off by the lease (twice as
	// long each time it is sent and no outcome comes), so that another relay does not take it too.
	TakeDue(ctx context.Context, at time.Time, lease time.Duration, limit int) ([]Due, error)
	// CapWaits makes due at once what waits until long after a time, because a clock that was ahead has put it off: receipts
	// that are due later than LongestWait from then, and orders whose status is from more than ClockSlack after it. It
	// changes a bounded number, ends other processes' attendance of the rules that lies as far ahead, and is called often.
	CapWaits(ctx context.Context, at time.Time) error
	// OldestDue returns since when the pending receipt that is due for longest is due, or the zero time when no receipt
	// is pending. It may be in the future.
	OldestDue(ctx context.Context) (time.Time, error)
	// Overdue returns the steps at which deadlines are missed at a time.
	Overdue(ctx context.Context, at time.Time, d Deadlines) ([]Stuck, error)
	// MakeDue makes those of the receipts due at once that are pending and whose subscriber has not failed: the bus may
	// have lost their events. Those that failed have a next try already.
	MakeDue(ctx context.Context, receipts []*event.Receipt) error
	// Prune forgets keys that have expired, and when orders are to be asked about (Late) that have moved on: at most
	// PruneBatch of each. It returns the larger number: with PruneBatch, there is more.
	Prune(ctx context.Context, at time.Time) (int, error)
	// Archive moves the histories of at most limit orders from the journal to the archive, the oldest first, and returns
	// how many: of orders that are finished, to which nothing happened since a time. History and ReceiptsOf find them
	// there, and nothing else that the store does changes by it. It may run in many processes at once.
	Archive(ctx context.Context, before time.Time, limit int) (int, error)
	// OldestEvent returns when the oldest event of the journal happened, which is not archived, or the zero time when
	// the journal is empty.
	OldestEvent(ctx context.Context) (time.Time, error)
	// Lead reports whether a holder has a role, which one of many copies has at a time: the holder keeps it for another
	// term, and another one gets it when the term has run out. A term of zero gives it up. The times are the holders'
	// own: a role may have two holders for as long as their clocks differ. A term that ends more than ClockSlack after one
	// that begins now is not respected: it was taken by a clock that has stepped back since.
	Lead(ctx context.Context, role, holder string, at time.Time, term time.Duration) (bool, error)
}

// ReleaseBatch bounds for how many receipts one transaction ends the lease when the bus has lost its state.
const ReleaseBatch = 1000

// PruneBatch bounds what one transaction forgets, for which others wait.
const PruneBatch = 1000

// Due is an event that is to be published again for one subscriber.
type Due struct {
	Envelope   event.Envelope
	Subscriber string
	Send       int // how many times it was sent again, this one included
	Attempts   int // failed tries so far
}

// First reports whether the event is published again for the first time, and no one has tried it: the bus may have it.
func (d Due) First() bool { return d.Send == 1 && d.Attempts == 0 }

// Deadlines says how long each step of an order may take.
type Deadlines struct {
	Receipts map[string]time.Duration       // by subscriber: how long after the event its receipt may be pending
	Statuses map[order.Status]time.Duration // how long an order may be in a status
}

// Stuck is what does not go on at one step: the events of a subscriber, or the orders in a status.
type Stuck struct {
	Subscriber string       // "" for a status
	Status     order.Status // "" for a subscriber
	Count      int
	Oldest     []Waiting // oldest first, at most MaxWaiting
}

// MaxWaiting bounds what one Stuck lists.
const MaxWaiting = 500

// Waiting is one event, or one order, that does not go on.
type Waiting struct {
	OrderID int64
	EventID string    // "" for an order
	Since   time.Time // of the event, of the status, or since the event is a dead letter
}

// DeadLetters is what an operator needs to mend what could not be handled.
type DeadLetters interface {
	// ListDeadLetters returns parked receipts, oldest first.
	ListDeadLetters(ctx context.Context, limit int) ([]DeadLetter, error)
	// DeadLetter returns one, or fault.NotFound.
	DeadLetter(ctx context.Context, r *event.Receipt) (DeadLetter, error)
	// Replay makes a dead letter due again at once, with all its tries, as one that was sent again before (it is not
	// Due.First). One that is not parked is fault.Conflict.
	Replay(ctx context.Context, r *event.Receipt) error
	// ReplayAll makes dead letters of a subscriber due again as Replay does, oldest first, at most limit of them, and
	// returns how many.
	ReplayAll(ctx context.Context, subscriber string, limit int) (int, error)
	// Parked returns the dead letters of each subscriber that has any.
	Parked(ctx context.Context) ([]Stuck, error)
	// Discard gives a dead letter up, and keeps the reason. One that is not parked is fault.Conflict.
	Discard(ctx context.Context, r *event.Receipt, reason string) error
}

// DeadLetter is an event that a subscriber could not handle.
type DeadLetter struct {
	Subscriber string
	Envelope   event.Envelope
	Attempts   int
	LastError  string
	ParkedAt   time.Time
}

// Queries is what the GraphQL server reads besides.
type Queries interface {
	// TestOrders returns the orders of a test, by number, at most MaxTestOrders.
	TestOrders(ctx context.Context, testID int64) ([]order.Order, error)
	// ReceiptsOf returns the receipts of all events of an order, in the order of the journal.
	ReceiptsOf(ctx context.Context, orderID int64) ([]ReceiptState, error)
	// Counts tells how many orders have each status and how many receipts are pending and parked. In a large shop, what
	// it says of statuses that last may be some seconds old (Paced).
	Counts(ctx context.Context) (Counts, error)
}

// MaxTestOrders bounds one answer of TestOrders.
const MaxTestOrders = 20_000

// ReceiptState is where a subscriber stands with an event.
type ReceiptState struct {
	EventID    string
	Subscriber string
	State      string // pending, done, parked or discarded
	Attempts   int
	LastError  string
	ChangedAt  time.Time
}

// Counts is the shop at a glance.
type Counts struct {
	Orders          map[order.Status]int
	Pending, Parked int
}
