package partner

import (
	"context"

	"acme.example/webshop/finance"
)

// Books is the bookkeeping system.
type Books struct{ Route Route }

var _ finance.Books = Books{}

// Book books a sale or its reversal, once for each key. A refusal is fault.Conflict.
func (b Books) Book(ctx context.Context, p finance.Posting) error {
	request := struct {
		OrderID  int64  `json:"orderId"`
		Kind     string `json:"kind"`
		Amount   int64  `json:"amount"` // minor units
		Currency string `json:"currency"`
	}{p.OrderID, string(p.Kind), p.Amount.Minor, string(p.Amount.Currency)}
	_, err := b.Route.client(p.Test).book(ctx, "/entries", p.Key, request)
	return err
}
