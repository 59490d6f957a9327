package ops

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

const (
	// countEvery is how often outcomes are counted; countLag leaves time for what is being committed.
	countEvery, countLag = 5 * time.Second, 2 * time.Second
	// countBudget bounds how long one evaluation reads the past, and manyOutcomes how much of an hour: busier hours are
	// read in part.
	countBudget, manyOutcomes = 300 * time.Millisecond, 2000
	// finePast is how far back the past is read bucket by bucket, and not by the hour.
	finePast = 2 * time.Hour
)

// Outcomes returns how real orders went (database.ConsoleQueries).
type Outcomes interface {
	Outcomes(ctx context.Context, from, until time.Time) ([]database.Outcome, error)
	Search(ctx context.Context, q database.OrderQuery) (database.Found, error)
}

// Unusual says when the business is an alert: at least so many bad outcomes, and so many times the usual share.
type Unusual struct {
	Least int
	Times float64
}

// BusinessUnusual reports more declined payments, refused or cancelled orders, or refunds than usual. The usual share
// is that of the last week, read from the database at the start and counted from there on.
func BusinessUnusual(orders Outcomes, u Unusual) Rule {
	b := &business{orders: orders, limits: limits{u.Least, u.Times}, of: map[string]*history{}}
	return Rule{Name: "business", Check: b.check}
}

// business counts outcomes of orders by what may go wrong.
type business struct {
	orders Outcomes
	limits
	of    map[string]*history // by condition's key
	past  time.Time           // read back to here; zero: not begun
	until time.Time           // read up to here
	part  time.Duration       // of each hour of the past that is read
	found []Condition
}

func (b *business) check(ctx context.Context, now time.Time) ([]Condition, error) {
	if b.past.IsZero() || now.Before(b.until) { // at the start, and when the clock has stepped back
		*b = business{orders: b.orders, limits: b.limits, of: map[string]*history{}, part: time.Hour}
		b.until = now.Add(-countLag).Truncate(bucketSpan)
		b.past = b.until
	}
	fresh, err := b.catchUp(ctx, now)
	if err != nil {
		return nil, err
	}
	if ready, err := b.readPast(ctx, now); err != nil || !ready {
		return nil, err
	}
	if fresh {
		err = b.judge(ctx, now)
	}
	return b.found, err
}

// catchUp counts what happened since last time, every countEvery, and reports whether it did.
func (b *business) catchUp(ctx context.Context, now time.Time) (fresh bool, err error) {
	for until := now.Add(-countLag); until.Sub(b.until) >= countEvery; {
		next := b.until.Truncate(bucketSpan).Add(bucketSpan)
		if next.After(until) {
			next = until
		}
		if _, err := b.count(ctx, b.until, next); err != nil {
			return false, err
		}
		b.until, fresh = next, true
	}
	return fresh, nil
}

// readPast reads some more of the last week, the newest first, and reports whether all is read.
func (b *business) readPast(ctx context.Context, now time.Time) (ready bool, err error) {
	begun := time.Now() // what it costs, not when it is
	for b.past.After(now.Add(-historySpan)) {
		if time.Since(begun) > countBudget {
			return false, nil
		}
		span, part := bucketSpan, bucketSpan
		if now.Sub(b.past) > finePast {
			span, part = time.Hour, b.part
		}
		from := b.past.Add(-span)
		n, err := b.count(ctx, from, from.Add(part))
		if err != nil {
			return false, err
		}
		perHour := float64(n) * float64(time.Hour) / float64(part)
		b.past, b.part = from, time.Duration(float64(time.Hour)*min(1, manyOutcomes/max(perHour, 1)))
	}
	return true, nil
}

// count adds the outcomes of a time to the histories, and returns how many there were.
func (b *business) count(ctx context.Context, from, until time.Time) (n int, err error) {
	outcomes, err := b.orders.Outcomes(ctx, from, until)
	for _, o := range outcomes {
		n += o.Count
		for key, w := range weights(o) {
			h := b.of[key]
			if h == nil {
				h = &history{}
				b.of[key] = h
			}
			h.add(from, w.bad*o.Count, w.all*o.Count)
		}
	}
	return n, err
}

// The keys of what may go wrong, besides the names of payment providers.
const (
	byStockist, inReview, cancelled, refunded = "stockist", "reviews", "cancellations", "refunds"
)

// weights returns the histories in which an outcome counts, and whether as a bad one.
func weights(o database.Outcome) map[string]tally {
	good, bad := tally{all: 1}, tally{bad: 1, all: 1}
	of := map[string]tally{}
	switch o.Event {
	case "":
		of[o.Provider] = bad
	case event.TypeOrderCreated:
		of[cancelled] = good
		if o.Provider != "" {
			of[o.Provider], of[refunded] = good, good
		}
	case event.TypeStockCreated:
		of[byStockist] = good
	case event.TypeReviewDone:
		of[inReview] = good // even if it refused: the cancellation counts
	case event.TypeOrderCancelled:
		of[reasonOf(o)] = bad
		if o.Reason == order.NotAccepted {
			of[inReview] = tally{bad: 1}
		}
		if o.Provider != "" {
			of[refunded] = bad
		}
	}
	return of
}

// reasonOf returns the key under which a cancellation is counted.
func reasonOf(o database.Outcome) string {
	switch o.Reason {
	case order.OutOfStock:
		return byStockist
	case order.NotAccepted:
		return inReview
	}
	return cancelled
}

// judge finds unusual shares.
func (b *business) judge(ctx context.Context, now time.Time) error {
	b.found = nil
	for _, key := range slices.Sorted(maps.Keys(b.of)) {
		h := b.of[key]
		h.forget(now)
		least := b.limits
		if key == cancelled || key == refunded {
			least.least *= 2 // one customer may cancel several
		}
		f, is := h.unusual(now, least)
		if !is {
			continue
		}
		c, err := b.condition(ctx, key, f)
		if err != nil {
			return err
		}
		b.found = append(b.found, c)
	}
	return nil
}

// descriptions is how an unusual share is described, and what to do about it.
var descriptions = map[string]struct {
	severity Severity
	what, do string
}{
	byStockist: {High, "The stockist refused", "Call them: a contract, or SKUs that they do not know. To stop selling a plant, take it out of the rules."},
	inReview:   {High, "Reviews refused", "Look at the orders: who refused them, and why. The fraud check may be wrong, or someone tries stolen cards."},
	cancelled:  {Warning, "Customers or operators cancelled", "Look at the orders for what they have in common: a plant, a market, a late delivery."},
	refunded:   {Warning, "Money is given back for", "Look at the orders for why they were cancelled."},
}

// condition describes an unusual share, with the newest of the orders.
func (b *business) condition(ctx context.Context, key string, f finding) (Condition, error) {
	t, other := descriptions[key]
	if !other {
		t.severity, t.what = High, key+" declined the payment of"
		t.do = "Compare with other providers, and call them: most often it is the shop's own account there. Nothing was charged, and nothing has to be mended here."
	}
	level := "what is usual is not known yet"
	if f.usual >= 0 {
		level = fmt.Sprintf("usual are at most %.1f%%", math.Ceil(1000*f.usual)/10)
	}
	c := Condition{
		Key: key, Severity: t.severity, Since: f.at, Count: f.bad, Do: t.do,
		What: fmt.Sprintf("%s %d of %s since %s UTC; %s", t.what, f.bad, some(f.all, "order"), f.at.UTC().Format(time.TimeOnly), level),
	}
	return c, b.examples(ctx, key, &c)
}

// examples lists the newest of the orders that went wrong.
func (b *business) examples(ctx context.Context, key string, c *Condition) error {
	status := order.Cancelled
	if _, other := descriptions[key]; !other {
		status = order.PaymentDeclined
	}
	newest, err := b.orders.Search(ctx, database.OrderQuery{Status: status, Limit: database.MaxFound})
	for _, o := range newest.Orders {
		one := database.Outcome{Provider: o.PaymentProvider, Reason: o.CancelReason}
		if status == order.Cancelled {
			one.Event = event.TypeOrderCancelled
		}
		if o.TestID == 0 && !o.StatusAt.Before(c.Since) && weights(one)[key].bad > 0 && len(c.Orders) < MaxOrders {
			c.Orders = append(c.Orders, o.ID)
		}
	}
	return err
}

// Check returns why the settings are not valid.
func (u Unusual) Check() error {
	if u.Least < 0 || u.Least > 0 && !(u.Times >= 1 && u.Times <= 1000) {
		return errors.New("--alert-unusual-least must be a number of orders, or 0 for no such alerts, and --alert-unusual-times from 1 to 1000")
	}
	return nil
}
