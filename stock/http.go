package stock

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/fault"
)

// PrivateRoutes adds the route by which an operator asks the stockist by hand.
func (s *Service) PrivateRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "stock", Method: "POST", Path: "/stock", Summary: "Ask the stockist for an order's plants",
		Description: "What was asked for already is not produced twice. The order must be in the order book.", Errors: []int{400, 404, 409, 422, 503},
	}, s.postStock)
}

// PublicRoutes adds the stockist's callback.
func (s *Service) PublicRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "stockistCallback", Method: "POST", Path: "/callbacks/stockist", Summary: "The stockist says that an order's plants are there, or cannot be had",
		Description: "Signed as by Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature. Coming twice changes nothing.",
		Errors:      []int{400, 401, 404, 409, 422}, DefaultStatus: http.StatusNoContent,
	}, s.postCallback)
}

type stockInput struct {
	Body struct {
		_       struct{} `additionalProperties:"true"`
		OrderID int64    `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
	}
}

type stockOutput struct {
	Body struct {
		Status string `json:"status" example:"SUCCESS"`
		Stock  string `json:"stock" enum:"ready,later" doc:"Whether the plants are there, or the stockist will call back"`
	}
}

func (s *Service) postStock(ctx context.Context, in *stockInput) (*stockOutput, error) {
	ready, err := s.RefillByHand(ctx, in.Body.OrderID)
	if err != nil {
		return nil, err
	}
	out := &stockOutput{}
	out.Body.Status, out.Body.Stock = "SUCCESS", "later"
	if ready {
		out.Body.Stock = "ready"
	}
	return out, nil
}

type callbackInput struct {
	ID        string `header:"webhook-id" required:"true"`
	Timestamp string `header:"webhook-timestamp" required:"true"`
	Signature string `header:"webhook-signature" required:"true"`
	RawBody   []byte
}

// callback is the stockist's message (Standard Webhooks, "payload structure").
type callback struct {
	Type string `json:"type"`
	Data struct {
		OrderID int64 `json:"orderId"`
	} `json:"data"`
}

func (s *Service) postCallback(ctx context.Context, in *callbackInput) (*struct{}, error) {
	headers := http.Header{}
	headers.Set("webhook-id", in.ID)
	headers.Set("webhook-timestamp", in.Timestamp)
	headers.Set("webhook-signature", in.Signature)
	if err := s.Verify.Verify(in.RawBody, headers); err != nil {
		return nil, err
	}
	var c callback
	if err := json.Unmarshal(in.RawBody, &c); err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "the body is not JSON")
	}
	if c.Data.OrderID <= 0 {
		return nil, fault.InvalidField("data.orderId", "must be the number of an order")
	}
	switch c.Type {
	case "stock.created":
		return nil, s.Store.StockCreated(ctx, c.Data.OrderID)
	case "stock.refused":
		return nil, s.Store.RefuseStock(ctx, c.Data.OrderID)
	}
	return nil, fault.InvalidField("type", "must be stock.created or stock.refused")
}
