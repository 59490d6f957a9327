package partner

import (
	"context"
	"time"

	"acme.example/webshop/delivery"
)

// Carrier is the delivery company.
type Carrier struct{ Route Route }

var _ delivery.Carrier = Carrier{}

// Consign orders a van, once for each key. A refusal is fault.Conflict.
func (c Carrier) Consign(ctx context.Context, order delivery.Consignment) error {
	b := order.Booking
	client := c.Route.Client(b.TestID != 0)
	request := struct {
		OrderID int64     `json:"orderId"`
		Time    time.Time `json:"time"` // UTC
		Market  string    `json:"market"`
		Name    string    `json:"name"`
		Email   string    `json:"email"`
		Phone   string    `json:"phone"`
		Street  string    `json:"street"`
		City    string    `json:"city"`
	}{b.OrderID, b.Time.UTC(), b.Market, b.Name, b.Email, b.Phone, b.Street, b.City}
	_, err := client.book(ctx, "/consignments", order.Key, request)
	return err
}
