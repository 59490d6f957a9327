package event

import (
	"context"
	"sync/atomic"
)

// Receipt is the key of the row that says how far one subscriber got with one event. It travels with the call in the
// context; the store marks it done in the transaction of the effect.
type Receipt struct {
	EventID    string
	Subscriber string
	settled    atomic.Bool
}

// Settle notes that the receipt was marked (or had been marked before) in the database.
func (r *Receipt) Settle() { r.settled.Store(true) }

// Settled reports whether it was.
func (r *Receipt) Settled() bool { return r.settled.Load() }

type receiptKey struct{}

// WithReceipt returns a context that carries the receipt.
func WithReceipt(ctx context.Context, r *Receipt) context.Context {
	return context.WithValue(ctx, receiptKey{}, r)
}

// ReceiptOf returns the receipt that the context carries, or nil when the call does not come from an event.
func ReceiptOf(ctx context.Context) *Receipt {
	r, _ := ctx.Value(receiptKey{}).(*Receipt)
	return r
}
