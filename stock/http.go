package stock

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// PrivateRoutes adds the route with which an operator asks the stockist.
func (s *Service) PrivateRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "stock", Method: "POST", Path: "/stock", Summary: "Ask the stockist for an order's plants",
		Description: "What was asked for already is not produced twice. The order must be in the order book.", Errors: []int{400, 404, 409, 503},
	}, s.postStock)
}

// PublicRoutes adds the stockist's callback.
func (s *Service) PublicRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "stockistCallback", Method: "POST", Path: "/callbacks/stockist", Summary: "The stockist says that an order's plants are there, or cannot be had",
		Description: "Signed as by Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature. Coming twice changes nothing.",
		Errors:      []int{400, 401, 404, 409}, DefaultStatus: http.StatusNoContent,
	}, s.postCallback)
}

type stockInput struct {
	Body struct {
		_       struct{}   `additionalProperties:"true"`
		OrderID ref.Number `json:"orderId" doc:"The order's number"`
	}
}

type stockOutput struct{ Body refilled }

// refilled is the result of asking the stockist.
type refilled struct {
	Status string `json:"status" example:"SUCCESS"`
	Stock  string `json:"stock" enum:"ready,later" doc:"Whether the plants are there, or the stockist will call back"`
}

const (
	stockReady = "ready"
	stockLater = "later"
)

// Plain returns an answer in the seed's form.
func (r refilled) Plain() string {
	if r.Stock == stockReady {
		return "the plants are there"
	}
	return "the stockist was asked"
}

func (s *Service) postStock(ctx context.Context, in *stockInput) (*stockOutput, error) {
	ready, err := s.RefillByHand(ctx, int64(in.Body.OrderID))
	if err != nil {
		return nil, err
	}
	out := refilled{"SUCCESS", stockLater}
	if ready {
		out.Stock = stockReady
	}
	return &stockOutput{out}, nil
}

func (s *Service) postCallback(ctx context.Context, in *callbacks.Callback) (*struct{}, error) {
	said, err := in.Read(s.Verify)
	if err != nil {
		return nil, err
	}
	o, err := s.Store.StockOrder(ctx, said.Data.OrderID)
	if err != nil {
		return nil, err
	}
	if err := said.Answers(o.Ref.Key(ref.Refill)); err != nil {
		return nil, err
	}
	switch said.Type {
	case "stock.created":
		return nil, s.Store.StockCreated(ctx, o.ID)
	case "stock.refused":
		return nil, s.Store.RefuseStock(ctx, o.ID)
	}
	return nil, fault.InvalidField("type", "must be stock.created or stock.refused")
}
