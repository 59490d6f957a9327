package stock

import (
	"acme.example/webshop/platform/fault"
)

// Count is how many pieces of a counted product the shop has received, and how many of them orders have taken.
type Count struct{ Received, Taken int64 }

// Left is how many pieces can be sold.
func (c Count) Left() int64 { return c.Received - c.Taken }

// Change is what an operator says about a count: goods have come in, or pieces are missing.
type Change struct {
	SKU    string
	Pieces int64 // how many more; less than 0 for fewer
	// Received is how many the operator knows as received so far. Only changes change that number, so that a change that is sent
	// again after its answer was lost is refused.
	Received int64
	Start    int64 // what the rules say; it holds for a count that has not begun
}

// CountTx is a transaction that changes a count, which is locked and loaded before.
type CountTx interface {
	Count() Count
	// Receive adds to what was received.
	Receive(pieces int64)
}

// MaxCount bounds what was received.
const MaxCount = 1_000_000_000

// ChangeCount changes a count. What orders have taken stays with them.
func ChangeCount(tx CountTx, c Change) (Count, error) {
	count := tx.Count()
	switch {
	case c.Received != count.Received:
		return count, fault.New(fault.Conflict, "%d pieces of %s were received by now, not %d: someone has changed it; look again", count.Received, c.SKU, c.Received)
	case c.Pieces == 0:
		return count, fault.InvalidField("pieces", "must not be 0")
	case count.Left()+c.Pieces < 0:
		return count, fault.InvalidField("pieces", "only %d pieces of %s are left that no order has", count.Left(), c.SKU)
	case count.Received+c.Pieces > MaxCount:
		return count, fault.InvalidField("pieces", "a count must be at most %d", MaxCount)
	}
	tx.Receive(c.Pieces)
	count.Received += c.Pieces
	return count, nil
}
