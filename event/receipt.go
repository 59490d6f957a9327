package event

import (
	"context"
	"sync/atomic"
)

// Receipt is the key of the row with one subscriber's state for one event. It travels with the call in the context; the
// store marks it done in the transaction of the effect.
type Receipt struct {
	EventID    string
	Subscriber string
	settled    atomic.Bool
}

// Settle records that the receipt is marked in the database, now or before.
func (r *Receipt) Settle() { r.settled.Store(true) }

// Settled reports whether Settle was called.
func (r *Receipt) Settled() bool { return r.settled.Load() }

type receiptKey struct{}

// WithReceipt returns a context that carries the receipt.
func WithReceipt(ctx context.Context, r *Receipt) context.Context {
	return context.WithValue(ctx, receiptKey{}, r)
}

// ReceiptOf returns the receipt in the context, or nil if the call does not come from an event.
func ReceiptOf(ctx context.Context) *Receipt {
	r, _ := ctx.Value(receiptKey{}).(*Receipt)
	return r
}
