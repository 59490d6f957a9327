package finance

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// PrivateRoutes adds the route by which an operator books an order by hand.
func (s *Service) PrivateRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "finance", Method: "POST", Path: "/finance", Summary: "Book an order's money",
		Description: "What is booked already is not booked twice.", Errors: []int{400, 404, 409, 422, 503},
	}, s.postFinance)
}

type financeInput struct {
	Body struct {
		_          struct{} `additionalProperties:"true"`
		DetailType string   `json:"detail-type" enum:"OrderCreated,OrderPlaced" doc:"The event that is the reason"`
		Detail     struct {
			_          struct{} `additionalProperties:"true"`
			OrderID    int64    `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
			TotalPrice int64    `json:"totalPrice" minimum:"0" maximum:"2147483647" doc:"The order's price in minor units"`
		} `json:"detail"`
	}
}

type financeOutput struct {
	Body struct {
		Status string `json:"status" example:"SUCCESS"`
	}
}

func (s *Service) postFinance(ctx context.Context, in *financeInput) (*financeOutput, error) {
	if err := s.BookOrder(ctx, in.Body.Detail.OrderID, in.Body.Detail.TotalPrice); err != nil {
		return nil, err
	}
	out := &financeOutput{}
	out.Body.Status = "SUCCESS"
	return out, nil
}
