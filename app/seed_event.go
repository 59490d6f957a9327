package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// SeedEvent returns an event in the form of the seed: its fields, made from the order as it is now, with prices in minor
// units of the catalog's currency. OrderCreated has the order's number besides the seed's eleven fields.
func (h *Hosted) SeedEvent(ctx context.Context, env event.Envelope) (json.RawMessage, error) {
	o, err := h.system.store.Order(ctx, env.OrderID)
	if err != nil {
		return nil, fmt.Errorf("seed's %s: %w", env.Type, err)
	}
	says := seedContact{OrderID: o.ID, Name: o.Customer.Name, Email: o.Customer.Email}
	where := seedAddress{seedContact: says, Phone: o.Customer.Phone, Street: o.Customer.Street, City: o.Customer.City}
	switch env.Type {
	case event.TypeOrderCreated:
		return json.Marshal(seedCreated{
			seedAddress: where, CustomerType: o.CustomerType, Market: o.Market, Products: o.Products.String(), TotalPrice: o.CatalogTotal(),
			TestID: o.TestID, OrgNumber: seedOrgNumber(o),
		})
	case event.TypeOrderPlaced:
		return json.Marshal(seedPlaced{seedContact: says, Products: o.Products.String(), TotalPrice: o.CatalogTotal()})
	case event.TypeStockCreated:
		return json.Marshal(map[string]int64{"orderId": o.ID})
	case event.TypeOrderDeliverable:
		return json.Marshal(where)
	case event.TypeDeliveryBooked:
		booked, err := event.Open[event.DeliveryBooked](env)
		if err != nil {
			return nil, err
		}
		return json.Marshal(seedBooked{seedAddress: where, DeliveryTime: booked.DeliveryTime})
	}
	return nil, fmt.Errorf("the seed has no event %s", env.Type)
}

type seedContact struct {
	OrderID int64  `json:"orderId"`
	Name    string `json:"name"`
	Email   string `json:"email"`
}

type seedAddress struct {
	seedContact
	Phone  string `json:"phone"`
	Street string `json:"street"`
	City   string `json:"city"`
}

type seedCreated struct {
	seedAddress
	CustomerType string      `json:"customerType"`
	Market       string      `json:"market"`
	Products     string      `json:"products"`
	TotalPrice   int64       `json:"totalPrice"`
	TestID       int64       `json:"testId"`
	OrgNumber    json.Number `json:"orgNumber"`
}

type seedPlaced struct {
	seedContact
	Products   string `json:"products"`
	TotalPrice int64  `json:"totalPrice"`
}

type seedBooked struct {
	seedAddress
	DeliveryTime string `json:"deliveryTime"`
}

// seedOrgNumber returns an organization number in the form of the seed: a number, 0 for none and for one with letters.
func seedOrgNumber(o order.Order) json.Number {
	if digits := strings.TrimLeft(o.OrgNumber, "0"); digits != "" && !strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return json.Number(digits)
	}
	return "0"
}
