package database

import (
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// Poll selects the orders about which a service asks a partner, and says when it asks again. The engines keep one
// schedule, in the table asked: when each order is due next. So no order waits for older ones without an answer, and many
// copies of a service ask once.
type Poll struct {
	Poller string       // each has its own schedule
	Status order.Status // of the orders; "" for those that are Unsettled
	After  time.Time    // in this status since later than this
	Before time.Time    // in this status since before this
	Share  int          // at most this many orders, longest due first; when a payment provider is asked, this many for each

	// First is the wait after the first poll; it doubles with each poll up to Max. A wait beyond Longest was set by a
	// clock that was ahead, and is over.
	First, Max, Longest time.Duration
}

const (
	settleFirst = 5 * time.Second
	settleMax   = time.Minute
	lateFirst   = time.Minute
	lateMax     = time.Hour
	remindFirst = 5 * time.Minute
	// doublings bounds the exponent of a wait.
	doublings = 20
)

// Unsettled polls for orders whose payment has no outcome.
func Unsettled(before time.Time, share int) Poll {
	return Poll{Poller: order.Poller, Status: order.PaymentPending, Before: before, Share: share, First: settleFirst, Max: settleMax, Longest: order.AskAgainAfter}
}

// Open polls for orders that no longer wait for their payment, and whose provider is to be asked about another payment or a refund.
func Open(before time.Time, share int) Poll {
	return Poll{Poller: order.OpenPoller, Before: before, Share: share, First: settleFirst, Max: settleMax, Longest: order.AskAgainAfter}
}

// Selects reports whether an order is one of those that p polls for, as far as its status says.
func (p Poll) Selects(o order.Order) bool {
	if p.Status == "" {
		return o.Unsettled()
	}
	return o.Status == p.Status
}

// Declined polls for orders that were declined without an answer from the provider, or cancelled: they may have been charged since.
func Declined(after, now time.Time, share int) Poll {
	return Poll{Poller: order.LatePoller, Status: order.PaymentDeclined, After: after, Before: now, Share: share, First: lateFirst, Max: lateMax, Longest: lateMax}
}

// Unanswered polls for orders whose plants are not there. For imported orders, the other system has asked the stockist.
func Unanswered(before time.Time, again time.Duration, limit int) Poll {
	return Poll{Poller: stock.Poller, Status: order.Placed, Before: before, Share: limit, First: remindFirst, Max: again, Longest: again}
}

// Unreviewed polls for orders that wait for a step of their review.
func Unreviewed(step string, before time.Time, again time.Duration, limit int) Poll {
	return Poll{Poller: step, Status: order.InReview, Before: before, Share: limit, First: remindFirst, Max: again, Longest: again}
}

// Wait returns how long to wait before the next poll of an order that was polled a number of times.
func (p Poll) Wait(times int) time.Duration { return min(p.First<<min(times, doublings), p.Max) }
