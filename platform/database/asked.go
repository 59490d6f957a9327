package database

import (
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// Late says which orders a service wants to ask a partner about, and when it wants to ask again. The engines keep in one
// table when each order is to be asked about next, so that no order has to wait for older ones that have no answer, and
// many copies ask once.
type Late struct {
	Asker  string       // who asks: each asker has its own times
	Status order.Status // the orders have it
	After  time.Time    // since after then
	Before time.Time    // since before then
	Share  int          // at most so many, those first that have waited longest; of orders about which a payment provider is asked, so many of each

	// First is how long an order is put off when it is asked about for the first time, twice as long each time after
	// that, and at most Most. A longer wait than Longest comes from a clock that was set back, and is over.
	First, Most, Longest time.Duration
}

const (
	settleFirst = 5 * time.Second
	settleMost  = time.Minute
	lateFirst   = time.Minute
	lateMost    = time.Hour
	remindFirst = 5 * time.Minute
	// doublings bounds the exponent of a wait.
	doublings = 20
)

// Unsettled are the orders whose payment has no outcome.
func Unsettled(before time.Time, share int) Late {
	return Late{Asker: order.Asker, Status: order.PaymentPending, Before: before, Share: share, First: settleFirst, Most: settleMost, Longest: order.AskAgainAfter}
}

// Declined are the orders that were declined without an answer, so that a charge may have come since.
func Declined(after, now time.Time, share int) Late {
	return Late{Asker: order.LateAsker, Status: order.PaymentDeclined, After: after, Before: now, Share: share, First: lateFirst, Most: lateMost, Longest: lateMost}
}

// Unanswered are the orders whose plants have not come. Of one that was imported, the other system has asked the stockist.
func Unanswered(before time.Time, again time.Duration, limit int) Late {
	return Late{Asker: stock.Asker, Status: order.Placed, Before: before, Share: limit, First: remindFirst, Most: again, Longest: again}
}

// Unreviewed are the orders that wait for a step of their review.
func Unreviewed(step string, before time.Time, again time.Duration, limit int) Late {
	return Late{Asker: step, Status: order.InReview, Before: before, Share: limit, First: remindFirst, Most: again, Longest: again}
}

// Wait is how long an order is put off that was asked about some times before.
func (l Late) Wait(times int) time.Duration { return min(l.First<<min(times, doublings), l.Most) }
