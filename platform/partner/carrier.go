package partner

import (
	"context"
	"strconv"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
)

// Carrier is the delivery company.
type Carrier struct {
	Route       Route
	CallbackURL string // where it reports what becomes of deliveries; "": nowhere
}

var _ delivery.Carrier = Carrier{}

// Consign orders a van, once for each key. A refusal is fault.Conflict.
func (c Carrier) Consign(ctx context.Context, order delivery.Consignment) error {
	b := order.Booking
	client := c.Route.Client(b.TestID != 0)
	reports := ""
	if b.Tracked {
		reports = c.CallbackURL
	}
	request := struct {
		OrderID int64     `json:"orderId"`
		Time    time.Time `json:"time"` // UTC
		Market  string    `json:"market"`
		Name    string    `json:"name"`
		Email   string    `json:"email"`
		Phone   string    `json:"phone"`
		Street  string    `json:"street"`
		City    string    `json:"city"`
		Until   time.Time `json:"until,omitzero"`
		Report  string    `json:"callbackUrl,omitempty"`
		event.Address
	}{b.OrderID, b.Time.UTC(), b.Market, b.Name, b.Email, b.Phone, b.Street, b.City, b.Until.UTC(), reports, b.Address}
	_, err := client.book(ctx, "/consignments", order.Key, request)
	return err
}

// Change changes what was consigned, once for each version. It goes under a key of its own and names the consignment's, so
// that the delivery company can put changes in order by their versions whenever they come. A refusal is fault.Conflict.
func (c Carrier) Change(ctx context.Context, change delivery.Change) error {
	b := change.Booking
	request := struct {
		Consignment string    `json:"consignment"`
		Version     int64     `json:"version"`
		CalledOff   bool      `json:"calledOff,omitempty"`
		OrderID     int64     `json:"orderId"`
		Time        time.Time `json:"time,omitzero"` // UTC
		Until       time.Time `json:"until,omitzero"`
		Market      string    `json:"market"`
		Name        string    `json:"name,omitempty"`
		Email       string    `json:"email,omitempty"`
		Phone       string    `json:"phone,omitempty"`
		Street      string    `json:"street,omitempty"`
		City        string    `json:"city,omitempty"`
		event.Address
	}{change.Key, change.Version, change.CalledOff, b.OrderID, b.Time.UTC(), b.Until.UTC(), b.Market, b.Name, b.Email, b.Phone, b.Street, b.City, b.Address}
	key := change.Key + "." + strconv.FormatInt(change.Version, 10)
	_, err := c.Route.Client(b.TestID != 0).book(ctx, "/consignments/changes", key, request)
	return err
}
