package database

import (
	"context"
	"time"

	"acme.example/webshop/order"
)

// Tests is how the processes of the database service delete test orders, which cost as much as real ones.
type Tests interface {
	// DeleteTests deletes at most limit test orders, and returns how many: those without an event since a time, whose
	// payment is settled and which have no pending receipt; the longest idle ones first. It deletes an order's events,
	// receipts, entries and dead letters too; the operators' actions stay. The newest order of all stays, so that its
	// number is never given again. Many processes may call it at once.
	DeleteTests(ctx context.Context, before time.Time, limit int) (int, error)
	// TestsByStatus counts the test orders of each status. In a large shop it may be some seconds old (Paced).
	TestsByStatus(ctx context.Context) (map[order.Status]int, error)
}

// OldTests is the query for test orders that can be deleted, in SQL that each engine knows. $1 is a time in milliseconds
// since 1970 after which nothing may have happened to them. It returns the order and when it got its status.
const OldTests = `SELECT o.order_id, o.status_at FROM orders o
	WHERE o.test_id <> 0 AND o.status_at < $1 AND o.status <> 'PAYMENT_PENDING' AND o.order_id < (SELECT max(order_id) FROM orders)
	AND NOT EXISTS (SELECT 1 FROM journal j JOIN receipts r ON r.event_id = j.event_id WHERE j.order_id = o.order_id
		AND (r.state = 'pending' OR r.changed_at >= $1))`

// OldTest is a test order that can be deleted.
type OldTest struct {
	OrderID  int64
	StatusAt int64 // milliseconds since 1970
}

// KnowDeletedTests is how long the numbers of deleted test orders are kept, since partners may still know them.
const KnowDeletedTests = 90 * 24 * time.Hour

// BeyondEvents is an id above those of all the order's events, since the last event is that of its status.
func (o OldTest) BeyondEvents() string {
	return FirstEventID(time.UnixMilli(o.StatusAt).Add(time.Minute))
}
