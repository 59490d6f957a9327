package partner

import (
	"context"
	"fmt"

	"acme.example/webshop/stock"
)

// Stockist is the partner that produces the plants.
type Stockist struct {
	Route       Route
	CallbackURL string // for later answers: the shop's own public address
}

var _ stock.Stockist = Stockist{}

// Refill requests the order's plants, once for each key. It returns true if they are there, false if the stockist will
// call back. Another call with the same key returns the current state. A refusal is fault.Conflict.
func (s Stockist) Refill(ctx context.Context, r stock.Refill) (bool, error) {
	client := s.Route.Client(r.Test)
	request := struct {
		OrderID     int64    `json:"orderId"`
		SKUs        []string `json:"skus"`
		CallbackURL string   `json:"callbackUrl"`
	}{r.OrderID, r.SKUs, s.CallbackURL}
	var got receipt
	if err := client.Post(ctx, "/refills", r.Key, request, &got); err != nil {
		return false, err
	}
	switch got.Status {
	case "ready":
		return true, nil
	case "later":
		return false, nil
	}
	return false, client.Unclear(fmt.Errorf("refill %s has status %q", r.Key, got.Status))
}
