// Package database owns the shop's data. It defines what the services, the operators and the event delivery need of a
// store, and runs the background work on it: the relay publishes events from the journal to the bus, the watchdog finds
// missed deadlines, and the housekeeper archives old orders. The engines are in its sub-packages; all pass the suite in
// storetest.
//
// It guarantees: a state change, the events that it causes and a pending receipt for each of their subscribers are one
// transaction, which is durable before the caller is answered.
package database

import (
	"context"
	"time"

	"acme.example/webshop/approval"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/fraud"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// Services is the part of a store that the services, their subscribers, the pages and the operators use.
type Services interface {
	order.Store
	delivery.Store
	stock.Store
	fraud.Store
	approval.Store
	finance.Store
	email.Store
	Receipts
	DeadLetters
	Ledger
	Queries
	Rules
	// UnsettledOrders returns orders that have waited for their payment since before the given time, oldest first.
	UnsettledOrders(ctx context.Context, before time.Time, limit int) ([]order.Order, error)
	// Backlog counts the receipts that wait for their first try. It is cheap, and up to a second old.
	Backlog() Backlog
	// Ping reports whether the store can be read.
	Ping(ctx context.Context) error
	Close() error
}

// Store is a whole engine: the services' part, and what only the processes of the database service use.
type Store interface {
	Services
	Outbox
	ConsoleQueries
	Tests
	RulesAdmin
	Corrections
	StockTaking
	Bulk
	Books
	Progress
	Imports
	Privacy
	// OnCommit sets a function that is called with the events of each transaction once it is durable. The function must
	// not block. Set it once, before the first write.
	OnCommit(func([]event.Envelope))
	// Queue returns how many writes wait, and how many can.
	Queue() (waiting, most int)
}

// Backlog counts the receipts that wait for their first try. Receipts that failed and wait for another try are not
// counted.
type Backlog struct {
	Inside  int // subscribers whose effect is in the database
	Outside int // subscribers that call mail servers and partners
}

// All is the sum of both.
func (u Backlog) All() int { return u.Inside + u.Outside }

// Receipts is what a subscriber's dispatcher needs: the state of a receipt, and the ways to record the outcome of a try.
type Receipts interface {
	// ReceiptOpen reports whether the receipt is still pending.
	ReceiptOpen(ctx context.Context, r *event.Receipt) (bool, error)
	// MarkDone marks a pending or parked receipt as done: a try that succeeds after another one was given up counts. The
	// same holds for every write whose context carries a receipt. A receipt that is done or discarded stays so.
	MarkDone(ctx context.Context, r *event.Receipt) error
	// Hold postpones a pending receipt at least until a time, because a handler works on it.
	Hold(ctx context.Context, r *event.Receipt, until time.Time) error
	// Retry stores the error of a failed try of a pending receipt, and makes it due again at the given time.
	Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error
	// Park makes a pending receipt a dead letter, with the error of its last try.
	Park(ctx context.Context, r *event.Receipt, failure string) error
	// Attempts returns the number of failed tries so far.
	Attempts(ctx context.Context, r *event.Receipt) (int, error)
}

// Outbox is what the relay and the watchdog need.
type Outbox interface {
	// ExpireLeases is called when the bus has lost its state: pending receipts are due at once, whatever their lease, and
	// new leases begin short again. Receipts that failed and wait for another try keep their back-off. It changes
	// ReleaseBatch receipts per transaction, so that no other write waits for all of them.
	ExpireLeases(ctx context.Context) error
	// TakeDue returns pending receipts that are due at a time, oldest first, and postpones each by the lease, doubled for
	// each earlier send without an outcome, so that no other relay takes it too.
	TakeDue(ctx context.Context, at time.Time, lease time.Duration, limit int) ([]Due, error)
	// CapWaits makes due what a clock that was ahead has postponed too far: receipts due later than LongestWait after the
	// time, and orders whose status is from more than ClockSlack after it. It also ends attendances of the rules that
	// last too long. Each call changes a bounded number; it is called often.
	CapWaits(ctx context.Context, at time.Time) error
	// OldestDue returns the earliest time at which a pending receipt is due, which may be in the future; the zero time if
	// no receipt is pending.
	OldestDue(ctx context.Context) (time.Time, error)
	// Overdue returns the steps whose deadlines are missed at a time.
	Overdue(ctx context.Context, at time.Time, d Deadlines) ([]Stuck, error)
	// MakeDue makes receipts due at once if they are pending and have no failed try: the bus may have lost their events.
	// Those with a failed try have a next one already.
	MakeDue(ctx context.Context, receipts []*event.Receipt) error
	// Prune deletes expired idempotency keys, and the polling schedules of orders that have left the polled status: at
	// most PruneBatch of each. It returns the larger number; PruneBatch means that more are left.
	Prune(ctx context.Context, at time.Time) (int, error)
	// Archive moves the histories of at most limit orders from the journal to the archive, oldest first, and returns how
	// many. It takes finished orders to which nothing has happened since a time. History and ReceiptsOf read archived
	// orders too, and nothing else changes. Many processes may call it at once.
	Archive(ctx context.Context, before time.Time, limit int) (int, error)
	// OldestEvent returns the time of the oldest event in the journal, without the archive; the zero time if the journal
	// is empty.
	OldestEvent(ctx context.Context) (time.Time, error)
	// Lead reports whether a holder has a role, which one of many copies has at a time. The holder keeps it for another
	// term; when the term has run out, another holder gets it. A term of zero gives it up. The times are the holders'
	// own, so a role may have two holders for as long as their clocks differ. A term that ends more than ClockSlack after
	// a term that begins now is ignored: it was taken by a clock that has stepped back since.
	Lead(ctx context.Context, role, holder string, at time.Time, term time.Duration) (bool, error)
}

// ReleaseBatch bounds how many leases one transaction ends when the bus has lost its state.
const ReleaseBatch = 1000

// PruneBatch bounds how many rows one transaction prunes, while other writes wait.
const PruneBatch = 1000

// Due is an event that is to be published again for one subscriber.
type Due struct {
	Envelope   event.Envelope
	Subscriber string
	Send       int // how many times it was published again, this time included
	Attempts   int // failed tries so far
}

// First reports whether the event is published again for the first time and no try of it has failed: the bus may have it.
func (d Due) First() bool { return d.Send == 1 && d.Attempts == 0 }

// Deadlines is how long each step of an order may take.
type Deadlines struct {
	Receipts map[string]time.Duration       // by subscriber: how long a receipt may be pending, from its event
	Statuses map[order.Status]time.Duration // how long an order may be in a status
}

// Stuck is one step that has missed its deadline: events of a subscriber, or orders in a status.
type Stuck struct {
	Subscriber string       // empty for a status
	Status     order.Status // empty for a subscriber
	Count      int
	Oldest     []Waiting // oldest first, at most MaxWaiting
}

// MaxWaiting bounds the list of one Stuck.
const MaxWaiting = 500

// Waiting is one event or order that is stuck.
type Waiting struct {
	OrderID int64
	EventID string    // empty for an order
	Since   time.Time // time of the event or status, or when the event became a dead letter
}

// DeadLetters is how operators handle events whose handlers kept failing.
type DeadLetters interface {
	// ListDeadLetters returns parked receipts, oldest first.
	ListDeadLetters(ctx context.Context, limit int) ([]DeadLetter, error)
	// DeadLetter returns one dead letter, or fault.NotFound.
	DeadLetter(ctx context.Context, r *event.Receipt) (DeadLetter, error)
	// Replay makes a dead letter due again at once, with all its tries. It counts as published again before (it is not
	// Due.First). If the receipt is not parked, the error is fault.Conflict.
	Replay(ctx context.Context, r *event.Receipt) error
	// ReplayAll replays at most limit dead letters of a subscriber, oldest first, and returns how many.
	ReplayAll(ctx context.Context, subscriber string, limit int) (int, error)
	// Parked returns the dead letters of each subscriber that has some.
	Parked(ctx context.Context) ([]Stuck, error)
	// Discard gives up a dead letter and stores the reason. If the receipt is not parked, the error is fault.Conflict.
	Discard(ctx context.Context, r *event.Receipt, reason string) error
}

// DeadLetter is an event whose subscriber has given up on it.
type DeadLetter struct {
	Subscriber string
	Envelope   event.Envelope
	Attempts   int
	LastError  string
	ParkedAt   time.Time
}

// Queries is what else the GraphQL server reads.
type Queries interface {
	// TestOrders returns the orders of a test by number, at most MaxTestOrders.
	TestOrders(ctx context.Context, testID int64) ([]order.Order, error)
	// ReceiptsOf returns the receipts of all events of an order, in the order of the journal.
	ReceiptsOf(ctx context.Context, orderID int64) ([]ReceiptState, error)
	// Counts returns how many orders have each status, and how many receipts are pending and parked. In a large shop the
	// numbers of final statuses may be some seconds old (Paced).
	Counts(ctx context.Context) (Counts, error)
}

// MaxTestOrders bounds one answer of TestOrders.
const MaxTestOrders = 20_000

// ReceiptState is the state of an event at a subscriber.
type ReceiptState struct {
	EventID    string
	Subscriber string
	State      string // pending, done, parked or discarded
	Attempts   int
	LastError  string
	ChangedAt  time.Time
}

// Counts are the shop's totals.
type Counts struct {
	Orders          map[order.Status]int
	Pending, Parked int
}
