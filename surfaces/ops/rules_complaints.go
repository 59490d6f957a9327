package ops

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/platform/database"
)

// complaintLimit is how long a customer should wait at most for the answer to a complaint.
const complaintLimit = 48 * time.Hour

// Complaining returns the orders with complaints that wait for their answers.
type Complaining interface {
	Complaining(ctx context.Context, before time.Time, limit int) ([]database.Waiting, error)
}

// ComplaintWaits reports complaints that have waited too long for their answers.
func ComplaintWaits(orders Complaining) Rule {
	return Rule{Name: "complaint", Check: func(ctx context.Context, at time.Time) ([]Condition, error) {
		late, err := orders.Complaining(ctx, at.Add(-complaintLimit), maxDoubts)
		if err != nil || len(late) == 0 {
			return nil, err
		}
		c := touching(database.Stuck{Count: len(late), Oldest: late})
		c.Severity, c.What = Warning, fmt.Sprintf("A complaint about %s waits for its answer for more than two days", some(len(late), "order"))
		c.Do = "Answer it on the order's page in the console: give money back, or say why not. The customer is told."
		return []Condition{c}, nil
	}}
}
