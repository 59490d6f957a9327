package ops

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Audited is the state of the background audit.
type Audited struct {
	Looked time.Time      `json:"looked" doc:"When it last checked orders; it checks a few at a time"`
	Orders int64          `json:"orders" doc:"How many orders it has checked so far"`
	Whole  *AuditRound    `json:"whole,omitempty" doc:"The last round that was over all orders"`
	Found  []AuditFinding `json:"found" doc:"What is not as it must be, at most 200"`
	More   int            `json:"more,omitempty" doc:"What was found besides"`
}

// AuditRound is a round over all orders.
type AuditRound struct {
	Began  time.Time `json:"began"`
	Ended  time.Time `json:"ended"`
	Orders int       `json:"orders"`
}

// AuditFinding is something that the audit found.
type AuditFinding struct {
	OrderID int64     `json:"orderId,omitempty" doc:"Missing when it concerns no single order"`
	Check   string    `json:"check" example:"move.status"`
	Says    string    `json:"says" doc:"What must be so"`
	Since   time.Time `json:"since"`
}

const (
	// auditAsked is how often the audit's state is read.
	auditAsked = 2 * time.Second
	// auditLate is how long the audit may stand still: longer than another copy takes to continue it.
	auditLate = 15 * time.Minute
)

// AuditFinds reports the background audit's findings, or that it stands still.
func AuditFinds(audited func(context.Context) (Audited, error)) Rule {
	var next, began time.Time
	var found []Condition
	return Rule{Name: "audit", Check: func(ctx context.Context, now time.Time) ([]Condition, error) {
		if began.IsZero() {
			began = now
		}
		if now.Before(next) && next.Sub(now) <= auditAsked {
			return found, nil
		}
		a, err := audited(ctx)
		if err != nil {
			return nil, err
		}
		next, found = now.Add(auditAsked), nil
		if last := latest(a.Looked, began); now.Sub(last) > auditLate {
			found = append(found, Condition{
				Key: "stopped", Severity: Warning, Since: last, What: "The audit has not checked any orders for longer than " + auditLate.String(),
				Do: "The log says why (audit:). Until it goes on, 'webshop audit' does the same by hand.",
			})
		}
		if len(a.Found) > 0 {
			found = append(found, broken(a))
		}
		return found, nil
	}}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// broken returns the condition of a finding. Of an order it has the number only.
func broken(a Audited) Condition {
	c := Condition{Severity: Critical, Since: a.Found[0].Since}
	var checks []string
	for _, f := range a.Found {
		if f.Since.Before(c.Since) {
			c.Since = f.Since
		}
		if !slices.Contains(checks, f.Check) {
			checks = append(checks, f.Check)
		}
		if f.OrderID != 0 && !slices.Contains(c.Orders, f.OrderID) {
			c.Orders = append(c.Orders, f.OrderID)
		}
	}
	what := "something is"
	if n := len(c.Orders); n > 0 {
		what = some(n, "order") + map[bool]string{true: " is", false: " are"}[n == 1]
	}
	c.What = fmt.Sprintf("The audit found that %s not as it must be: %s", what, strings.Join(checks, ", "))
	if a.More > 0 {
		c.What += fmt.Sprintf("; and %s besides", some(a.More, "finding"))
	}
	c.Do = "'webshop audit --order NUMBER' tells what must be so, and what is. Put back rows that were changed by hand; correct money by another entry. The alert ends when the audit finds it well."
	c.Count, c.Orders = len(c.Orders), c.Orders[:min(len(c.Orders), MaxOrders)]
	return c
}
