package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/fault"
)

// PublicRoutes adds the routes that customers call.
func (s *Service) PublicRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "createOrder", Method: "POST", Path: "/createOrder", Summary: "Order plants",
		Description: "Checks, prices and stores the order and takes its payment. Send an Idempotency-Key: the same key and body get the same answer.",
		Errors:      []int{400, 402, 409, 413, 422, 503},
	}, s.postCreateOrder)
	s.trackingRoutes(api)
	s.cancelRoute(api)
	huma.Register(api, huma.Operation{
		OperationID: "catalog", Method: "GET", Path: "/catalog", Summary: "What there is to buy in a market", Errors: []int{422},
	}, s.getCatalog)
}

type createOrderInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"255" doc:"Any text that is new for each order"`
	Body Draft
}

type createOrderOutput struct {
	Body struct {
		Status      string `json:"status" example:"SUCCESS"`
		RedirectURL string `json:"redirectUrl" doc:"Where to send the customer" example:"/success"`
		OrderID     int64  `json:"orderId" doc:"The order's number"`
		TotalPrice  int64  `json:"totalPrice" doc:"What was charged or will be invoiced, in minor units"`
		Currency    string `json:"currency" example:"USD"`
		TrackingURL string `json:"trackingUrl" doc:"The order's own page; who has this link can see the order"`
	}
}

func (s *Service) postCreateOrder(ctx context.Context, in *createOrderInput) (*createOrderOutput, error) {
	o, err := s.CreateOrder(ctx, in.Body, in.Key)
	if err != nil {
		return nil, err
	}
	out := &createOrderOutput{}
	out.Body.Status, out.Body.RedirectURL, out.Body.OrderID = "SUCCESS", "/success", o.ID
	out.Body.TotalPrice, out.Body.Currency = o.Total.Minor, string(o.Total.Currency)
	out.Body.TrackingURL = s.Links.Tracking(o.ID)
	return out, nil
}

type catalogInput struct {
	Market string `query:"market" default:"US" doc:"The market to price for"`
}

type catalogOutput struct {
	Body struct {
		Market   string         `json:"market"`
		Markets  []string       `json:"markets" doc:"All markets"`
		Currency string         `json:"currency" doc:"ISO 4217"`
		Language string         `json:"language"`
		TimeZone string         `json:"timeZone" doc:"IANA name"`
		Products []catalogEntry `json:"products"`
	}
}

type catalogEntry struct {
	SKU         string            `json:"sku"`
	Name        map[string]string `json:"name" doc:"By language"`
	Description map[string]string `json:"description" doc:"By language"`
	Price       int64             `json:"price" doc:"Minor units of the market's currency"`
}

func (s *Service) getCatalog(_ context.Context, in *catalogInput) (*catalogOutput, error) {
	market, ok := s.Rules.Markets[in.Market]
	if !ok {
		return nil, fault.InvalidField("market", "there is no market %q", in.Market)
	}
	out := &catalogOutput{}
	b := &out.Body
	b.Market, b.Markets, b.Currency = in.Market, sortedKeys(s.Rules.Markets), string(market.Currency)
	b.Language, b.TimeZone = market.Language, market.Zone.String()
	for _, p := range s.Rules.Catalog {
		price, err := market.PriceIn(p)
		if err != nil {
			return nil, err
		}
		b.Products = append(b.Products, catalogEntry{p.SKU, p.Name, p.Description, price.Minor})
	}
	return out, nil
}
