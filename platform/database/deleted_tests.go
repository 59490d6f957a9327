package database

import (
	"context"
	"time"

	"acme.example/webshop/order"
)

// Tests is what the processes of the database service do about test orders, which cost as much as real ones.
type Tests interface {
	// DeleteTests deletes at most limit test orders, those first to which nothing happened for longest, and returns how many:
	// of those to which nothing happened since a time, whose payment is settled, and of whose events no subscriber is still to
	// hear. Each goes whole, with its events, receipts and entries; its dead letters go too. What operators did about it is
	// kept. The newest order of all is kept, so that no other order ever gets its number. It may run in many processes at once.
	DeleteTests(ctx context.Context, before time.Time, limit int) (int, error)
	// TestsByStatus counts the test orders of each status. In a large shop it may be some seconds old (Paced).
	TestsByStatus(ctx context.Context) (map[order.Status]int, error)
}

// OldTests is the question which test orders can be deleted, in SQL that each engine knows: $1 is the time before which all
// that happened to them must be, in milliseconds since 1970. It returns the order and when it got its status.
const OldTests = `SELECT o.order_id, o.status_at FROM orders o
	WHERE o.test_id <> 0 AND o.status_at < $1 AND o.status <> 'PAYMENT_PENDING' AND o.order_id < (SELECT max(order_id) FROM orders)
	AND NOT EXISTS (SELECT 1 FROM journal j JOIN receipts r ON r.event_id = j.event_id WHERE j.order_id = o.order_id
		AND (r.state = 'pending' OR r.changed_at >= $1))`

// OldTest is a test order that can be deleted.
type OldTest struct {
	OrderID  int64
	StatusAt int64 // milliseconds since 1970
}

// KnowDeletedTests is for how long it is known that there was a test order, since partners may still know of it.
const KnowDeletedTests = 90 * 24 * time.Hour

// BeyondEvents is an id that no event of the order has, nor a later one: its status is the last that it stated.
func (o OldTest) BeyondEvents() string {
	return FirstEventID(time.UnixMilli(o.StatusAt).Add(time.Minute))
}
