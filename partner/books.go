package partner

import (
	"context"

	"acme.example/webshop/finance"
)

// Books is the bookkeeping system.
type Books struct{ Route Route }

var _ finance.Books = Books{}

// Book books a sale, once for each key. A refusal is fault.Conflict.
func (b Books) Book(ctx context.Context, s finance.Sale) error {
	request := struct {
		OrderID  int64  `json:"orderId"`
		Amount   int64  `json:"amount"` // minor units
		Currency string `json:"currency"`
	}{s.OrderID, s.Amount.Minor, string(s.Amount.Currency)}
	return b.Route.client(s.Test).book(ctx, "/entries", s.Key, request)
}
