package partner

import (
	"context"

	"acme.example/webshop/finance"
)

// Bookkeeping is the bookkeeping system.
type Bookkeeping struct{ Route Route }

var _ finance.Bookkeeping = Bookkeeping{}

// Record books a sale or its reversal, once for each key. A refusal is fault.Conflict.
func (b Bookkeeping) Record(ctx context.Context, p finance.Posting) error {
	request := struct {
		OrderID  int64  `json:"orderId"`
		Kind     string `json:"kind"`
		Amount   int64  `json:"amount"` // minor units
		Currency string `json:"currency"`
	}{p.OrderID, string(p.Kind), p.Amount.Minor, string(p.Amount.Currency)}
	_, err := b.Route.Client(p.Test).book(ctx, "/entries", p.Key, request)
	return err
}
