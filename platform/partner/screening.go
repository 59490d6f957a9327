package partner

import (
	"context"
	"fmt"

	"acme.example/webshop/fraud"
)

// Screening is the fraud check.
type Screening struct {
	Route       Route
	CallbackURL string // for later answers: the shop's own public address
}

var _ fraud.Screening = Screening{}

// Check asks about an order, once for each key. Another call with the same key returns the current state.
func (s Screening) Check(ctx context.Context, c fraud.Check) (fraud.Outcome, error) {
	client := s.Route.Client(c.Test)
	request := struct {
		OrderID      int64  `json:"orderId"`
		Amount       int64  `json:"amount"` // minor units
		Currency     string `json:"currency"`
		Market       string `json:"market"`
		CustomerType string `json:"customerType"`
		Name         string `json:"name"`
		Email        string `json:"email"`
		CallbackURL  string `json:"callbackUrl"`
	}{c.OrderID, c.Amount.Minor, string(c.Amount.Currency), c.Market, c.CustomerType, c.Name, c.Email, s.CallbackURL}
	var got receipt
	if err := client.Post(ctx, "/checks", c.Key, request, &got); err != nil {
		return "", err
	}
	switch outcome := fraud.Outcome(got.Status); outcome {
	case fraud.Passed, fraud.Refused, fraud.Later:
		return outcome, nil
	}
	return "", client.Unclear(fmt.Errorf("check %s has status %q", c.Key, got.Status))
}
