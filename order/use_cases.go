package order

import (
	"errors"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Tx is a transaction as the use cases of the order service see it. The rows that a use case works on are named, locked and
// loaded before it runs. What it writes is stored as a whole, with the events that it journals, or not at all. A use case may
// run again when its transaction is tried again.
type Tx interface {
	Now() time.Time
	// Order returns the order that was named, or fault.NotFound.
	Order() (Order, error)
	// StoredKey returns what the idempotency key that was named is held for, if it is.
	StoredKey() (StoredKey, bool)
	// Uses and Tallies count, in the order of IdempotencyKey.Uses and IdempotencyKey.Caps: as many as matter.
	Uses() []Count
	Tallies() []Count
	// Stock are the counts of IdempotencyKey.Stock, in its order.
	Stock() []Stock
	// Approved reports whether IdempotencyKey.Known has a TallyApproved.
	Approved() bool
	// Asked reports whether TakeUnsettled has handed out the order.
	Asked() bool

	// Insert stores a new order, and returns it with its number and unique part. Update stores the named one, changed, and
	// Delete forgets it. Each keeps the tallies of the order and the counts of what it takes; the first two post to the ledger what the change means for its money.
	Insert(Order) (Order, error)
	Update(Order)
	Delete(Order)
	SaveKey(c IdempotencyKey, orderID int64)
	DeleteKey(c IdempotencyKey)
	AddUse(u Use, orderID int64)
	RemoveUse(u Use, orderID int64)
	// FreeSlot takes the order out of the delivery slot that it has, when it is to be cancelled.
	FreeSlot()
	// Journal states events, with a pending receipt for each of their subscribers.
	Journal(...event.Event) error
}

// Count is how many there are of something, and another number about them: of the uses of a code those by one customer, of
// the tallies of a party their amount.
type Count struct{ All, Part int64 }

// StoredKey is an idempotency key with the order that was made under it.
type StoredKey struct {
	Fingerprint string
	Expires     time.Time
	Order       Order
}

// Valid reports whether the key is still held: until it expires, and as long as the payment of its order is in doubt.
func (k StoredKey) Valid(now time.Time) bool {
	return k.Expires.After(now) || k.Order.Status == PaymentPending && !k.Order.waitsForCustomer()
}

// repeats reports whether a request is the one that has the key. Another one is refused.
func (k StoredKey) repeats(c IdempotencyKey, now time.Time) (bool, error) {
	switch {
	case !k.Valid(now), c.FreedByDecline && k.Order.Status == PaymentDeclined:
		return false, nil
	case k.Fingerprint != c.Fingerprint:
		return false, fault.New(fault.KeyReused, "this Idempotency-Key was used for another order")
	}
	return true, nil
}

// Create stores a new order under its key, or returns the one that was made under it.
func Create(tx Tx, o Order, c IdempotencyKey) (stored Order, fresh bool, err error) {
	if key, there := tx.StoredKey(); there {
		repeats, err := key.repeats(c, tx.Now())
		if err != nil || repeats {
			return key.Order, false, err
		}
	}
	if err := errors.Join(c.usable(tx.Uses()), c.within(tx.Tallies()), enough(o.Terms.Reserved, tx.Stock())); err != nil {
		return Order{}, false, err
	}
	if tx.Approved() {
		o.Reviews = c.KnownReviews
	}
	if o, err = tx.Insert(o); err != nil {
		return Order{}, false, err
	}
	for _, u := range c.Uses {
		tx.AddUse(u, o.ID)
	}
	tx.SaveKey(c, o.ID)
	return o, true, tx.Journal(o.Arrived()...)
}

// usable refuses an order when one of its codes is used up.
func (c IdempotencyKey) usable(counts []Count) error {
	for i, n := range counts {
		if c.Uses[i].Spent(n.All, n.Part) {
			return c.Uses[i].Refused()
		}
	}
	return nil
}

func (c IdempotencyKey) within(counts []Count) error { return Within(c.Caps, counts) }

// Within refuses what would go beyond one of the caps.
func Within(caps []Cap, counts []Count) error {
	for i, n := range counts {
		if err := caps[i].Reached(n.All, n.Part); err != nil {
			return err
		}
	}
	return nil
}

// Apply applies a move to an order: Order.Apply, or in a test one that is wrong.
type Apply func(Order, Move, time.Time) (Order, bool, error)

// ApplyMove applies a move (Order.Apply), with all that it causes: events, and codes that are free again.
func ApplyMove(tx Tx, m Move, apply Apply) (Order, error) {
	o, err := tx.Order()
	if err != nil {
		return o, err
	}
	moved, changed, err := apply(o, m, tx.Now())
	if err != nil || !changed {
		return moved, err
	}
	return moved, arrive(tx, o, moved)
}

// arrive stores an order that has arrived in its status, and all that this causes.
func arrive(tx Tx, before, moved Order) error {
	tx.Update(moved)
	if moved.Status == Cancelled {
		tx.FreeSlot()
	}
	for _, u := range moved.ReleasedUses() {
		tx.RemoveUse(u, moved.ID)
	}
	return tx.Journal(moved.arrivedFrom(before)...)
}

// RecordReview keeps how a step of the order's review was decided, and reports whether the decision holds.
func RecordReview(tx Tx, decision Review) (holds bool, err error) {
	o, err := tx.Order()
	if err != nil {
		return false, err
	}
	after, done, holds, err := o.WithReview(decision, tx.Now())
	if err != nil {
		return holds, err
	}
	tx.Update(after)
	return holds, tx.Journal(done...)
}

// RenewKeys replaces the customer's keys to an order: those that were made before open nothing from now on.
func RenewKeys(tx Tx) (Order, error) {
	o, err := tx.Order()
	if err != nil {
		return o, err
	}
	o.KeysFrom = tx.Now()
	tx.Update(o)
	return o, nil
}

// Drop forgets an order whose charge certainly was not made, with its key. One whose charge may have been made, or may be made
// now by a process that asks about it, is fault.Conflict.
func Drop(tx Tx, c IdempotencyKey) error {
	o, err := tx.Order()
	if err != nil {
		return err
	}
	if o.Status != PaymentPending || tx.Asked() {
		return fault.New(fault.Conflict, "order %d is %s and may be paid; it is kept", o.ID, o.Status)
	}
	for _, u := range c.Uses {
		tx.RemoveUse(u, o.ID)
	}
	if key, there := tx.StoredKey(); there && key.Order.ID == o.ID {
		tx.DeleteKey(c)
	}
	tx.Delete(o)
	return nil
}
