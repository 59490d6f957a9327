package ops

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/platform/database"
)

// Unsettled returns the orders that wait for their payment, and those for which the provider's answer makes no sense.
type Unsettled interface {
	DoubtfulPayments(ctx context.Context, before time.Time, limit int) ([]database.Waiting, error)
	HeldPayments(ctx context.Context, limit int) ([]database.Waiting, error)
}

// maxDoubts bounds the orders that are counted.
const maxDoubts = 1000

// PaymentInDoubt reports orders whose payment should have an outcome by now; and, separately, those for which the
// provider's answer makes no sense.
func PaymentInDoubt(orders Unsettled, after time.Duration) Rule {
	return Rule{Name: "payment-in-doubt", Check: func(ctx context.Context, now time.Time) (found []Condition, err error) {
		held, err := orders.HeldPayments(ctx, maxDoubts)
		if err != nil {
			return nil, err
		}
		open, err := orders.DoubtfulPayments(ctx, now.Add(-after), maxDoubts)
		if err != nil {
			return nil, err
		}
		if len(open) > 0 {
			c := touching(database.Stuck{Count: len(open), Oldest: open})
			c.Severity, c.What = High, fmt.Sprintf("The payment of %s is in doubt", some(len(open), "order"))
			c.Do = "The shop asks the provider at least once a minute. If this lasts, the provider does not answer: call them. Do not cancel the orders before you know."
			found = append(found, c)
		}
		if len(held) > 0 {
			c := touching(database.Stuck{Count: len(held), Oldest: held})
			c.Key, c.Severity, c.What = "conflict", High, fmt.Sprintf("What the provider tells of the payment of %s makes no sense", some(len(held), "order"))
			c.Do = "The provider has another charge under the order's key, or does not understand the question. Look for the charge there and have it mended: the shop asks again every ten minutes, and goes on by itself."
			found = append(found, c)
		}
		return found, nil
	}}
}

// GivingBack returns the orders whose refunds do not go through, and those whose money a bank has taken back.
type GivingBack interface {
	HeldRefunds(ctx context.Context, limit int) ([]database.Waiting, error)
	Disputed(ctx context.Context, limit int) ([]database.Waiting, error)
}

// RefundFails reports orders whose refunds, or further payments, do not go through.
func RefundFails(orders GivingBack) Rule {
	return Rule{Name: "refund", Check: func(ctx context.Context, _ time.Time) ([]Condition, error) {
		held, err := orders.HeldRefunds(ctx, maxDoubts)
		if err != nil || len(held) == 0 {
			return nil, err
		}
		c := about(held)
		c.Severity, c.What = High, fmt.Sprintf("A refund, or a second payment, of %s does not go through", some(len(held), "order"))
		c.Do = "The order's page tells which. A pending one is asked for again every ten minutes: mend its cause at the provider. One that failed was not paid out, e.g. because the card is closed: agree with the customer on another way, or refund it once more (webshop refund), which ends this alert."
		return []Condition{c}, nil
	}}
}

// Chargeback reports orders whose customer's bank has taken the money back, and which the shop may still answer.
func Chargeback(orders GivingBack) Rule {
	return Rule{Name: "chargeback", Check: func(ctx context.Context, _ time.Time) ([]Condition, error) {
		open, err := orders.Disputed(ctx, maxDoubts)
		if err != nil || len(open) == 0 {
			return nil, err
		}
		c := about(open)
		c.Severity, c.What = High, fmt.Sprintf("The banks of customers have taken back the money of %s", some(len(open), "order"))
		c.Do = "Answer at the payment provider before its deadline, or accept the loss there. The order's page has the evidence: what was ordered when, to whom it was delivered, and the mails. Do not refund the order as well."
		return []Condition{c}, nil
	}}
}

// about returns a condition about orders that is as old as its first observation: their statuses are older.
func about(orders []database.Waiting) Condition {
	c := touching(database.Stuck{Count: len(orders), Oldest: orders})
	c.Since = time.Time{}
	return c
}
