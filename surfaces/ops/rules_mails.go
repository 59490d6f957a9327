package ops

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/platform/database"
)

// bounceTold is how long a bounce is told. By then the customer has called, or never will.
const bounceTold = 14 * 24 * time.Hour

// Bouncing returns the orders whose latest mail has bounced since after a time.
type Bouncing interface {
	Bounced(ctx context.Context, after time.Time, limit int) ([]database.Waiting, error)
}

// MailBounced reports orders whose customers do not hear of the shop, because mails to them bounce.
func MailBounced(orders Bouncing) Rule {
	return Rule{Name: "mail-bounced", Check: func(ctx context.Context, at time.Time) ([]Condition, error) {
		bounced, err := orders.Bounced(ctx, at.Add(-bounceTold), maxDoubts)
		if err != nil || len(bounced) == 0 {
			return nil, err
		}
		c := touching(database.Stuck{Count: len(bounced), Oldest: bounced})
		c.Severity, c.What = Warning, fmt.Sprintf("Mail to %s bounced: the customers do not hear of us", some(len(bounced), "order"))
		if len(bounced) == 1 {
			c.What = fmt.Sprintf("Mail to order %d bounced: the customer does not hear of us", bounced[0].OrderID)
		}
		c.Do = "Call the customer, correct the mail address on the order's page in the console, and send the mail again."
		return []Condition{c}, nil
	}}
}
