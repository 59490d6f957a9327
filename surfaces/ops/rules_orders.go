package ops

import (
	"context"
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// LateSteps returns the missed deadlines (database.Watchdog).
type LateSteps interface {
	Overdue(ctx context.Context) ([]database.Stuck, error)
}

// OverdueStep reports missed deadlines of subscribers and statuses: one alert for each step.
func OverdueStep(steps LateSteps) Rule {
	return Rule{Name: "overdue", Check: func(ctx context.Context, _ time.Time) ([]Condition, error) {
		late, err := steps.Overdue(ctx)
		var found []Condition
		for _, b := range late {
			found = append(found, overdue(b))
		}
		return found, err
	}}
}

// lateStatus returns how an order too long in a status is described, and what to do about it.
var lateStatus = map[order.Status]struct {
	severity Severity
	do       string
}{
	order.PaymentPending: {Critical, "The shop asks the payment provider every few seconds. Ask them yourself what became of the charges: each order's page has its key."},
	order.Created:        {High, "Placing them is the work of order.OrderCreated: look at the orders' histories for its last error."},
	order.InReview: {
		High, "What a partner has not answered it was asked again. What waits for a person: decide it on the console's page Reviews (/approve, /refuse).",
	},
	order.Placed:         {High, "The stockist was asked again, under the same key. Call them; POST /stock asks once more."},
	order.Stocked:        {Warning, "The customers have not picked a delivery time. Write to them."},
	order.DeliveryBooked: {High, "The booked time is over, and nobody said delivered. Ask the delivery company, and report what it says on the order's page (/updateOrderStatus)."},
	order.OutForDelivery: {High, "The van has left, and nobody said delivered. Ask the delivery company, and report what it says on the order's page (/updateOrderStatus)."},
	order.DeliveryFailed: {Warning, "The customers have not booked another time. Write to them, or book one for them."},
}

func overdue(b database.Stuck) Condition {
	c := touching(b)
	if b.Subscriber != "" {
		c.Key, c.Severity = b.Subscriber, High
		c.What = fmt.Sprintf("%s has not handled %s within its deadline", b.Subscriber, some(b.Count, "event"))
		c.Do = "What had not failed was published again. Look at the orders' histories for the last error, and mend its cause; the shop tries on by itself."
		return c
	}
	late := lateStatus[b.Status]
	c.Key, c.Severity, c.Do = string(b.Status), late.severity, late.do
	c.What = fmt.Sprintf("%s %s for longer than allowed", some(b.Count, "order"), been(b.Count, string(b.Status)))
	return c
}

// ParkedEvents returns the dead letters (database.DeadLetters).
type ParkedEvents interface {
	Parked(ctx context.Context) ([]database.Stuck, error)
}

// DeadLetterKept reports events that a subscriber could not handle: one alert for each subscriber.
func DeadLetterKept(letters ParkedEvents) Rule {
	return Rule{Name: "dead-letter", Check: func(ctx context.Context, _ time.Time) ([]Condition, error) {
		parked, err := letters.Parked(ctx)
		var found []Condition
		for _, b := range parked {
			c := touching(b)
			c.Key, c.Severity = b.Subscriber, High
			c.What = fmt.Sprintf("%s gave up on %s", b.Subscriber, some(b.Count, "event"))
			c.Do = fmt.Sprintf("webshop deadletters list tells why. Mend the cause, then: webshop deadletters replay --all %s", b.Subscriber)
			found = append(found, c)
		}
		return found, err
	}}
}

// LedgerFaults returns what does not add up among the newest orders (database.Ledger).
type LedgerFaults interface {
	LedgerFaults(ctx context.Context, newest int) ([]database.LedgerFault, error)
}

// ledgerEvery is how often the ledger is compared with the orders. If that takes long, the next comparison waits
// ledgerPauses times as long, so that it takes at most a twentieth of a processor.
const (
	ledgerEvery  = 3 * time.Second
	ledgerPauses = 20
)

// LedgerOutOfBalance reports money that does not add up.
func LedgerOutOfBalance(ledger LedgerFaults) Rule {
	var next time.Time
	var found []Condition
	return Rule{Name: "ledger", Check: func(ctx context.Context, now time.Time) ([]Condition, error) {
		if now.Before(next) {
			return found, nil
		}
		begun := time.Now() // what it costs, not when it is
		faults, err := ledger.LedgerFaults(ctx, comparedOrders)
		if err != nil {
			return nil, err
		}
		next, found = now.Add(max(ledgerEvery, ledgerPauses*time.Since(begun))), outOfBalance(faults)
		return found, nil
	}}
}

func outOfBalance(faults []database.LedgerFault) []Condition {
	if len(faults) == 0 {
		return nil
	}
	c := Condition{
		Severity: Critical,
		What:     fmt.Sprintf("The ledger is out of balance (%s); the first: the %s of order %d %s", some(len(faults), "fault"), faults[0].Kind, faults[0].OrderID, faults[0].What),
		Do:       "GET /ledger lists the entries. Compare them with the provider's records before any money is moved by hand.",
	}
	for _, f := range faults {
		if !slices.Contains(c.Orders, f.OrderID) { // the faults are few
			c.Orders = append(c.Orders, f.OrderID)
		}
	}
	c.Count, c.Orders = len(c.Orders), c.Orders[:min(len(c.Orders), MaxOrders)]
	return []Condition{c}
}

// touching returns a condition about a backlog's orders.
func touching(b database.Stuck) Condition {
	c := Condition{Count: b.Count}
	for i, w := range b.Oldest {
		if i == 0 {
			c.Since = w.Since
		}
		if i < MaxOrders {
			c.Orders = append(c.Orders, w.OrderID)
		}
	}
	return c
}

// some counts things in words.
func some(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// been is "has been" or "have been", with what was.
func been(n int, what string) string {
	if n == 1 {
		return "has been " + what
	}
	return "have been " + what
}
