package finance

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/money"
	"acme.example/webshop/ref"
)

// PrivateRoutes adds the route with which an operator books an order by hand.
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
			_          struct{}       `additionalProperties:"true"`
			OrderID    ref.Number     `json:"orderId" doc:"The order's number"`
			TotalPrice int64          `json:"totalPrice" minimum:"0" maximum:"2147483647" doc:"The order's price in minor units of the catalog's currency, or of the currency that is given"`
			Currency   money.Currency `json:"currency,omitempty" maxLength:"3" doc:"The order's own currency; without it the price is in the catalog's"`
		} `json:"detail"`
	}
}

type financeOutput struct{ Body booked }

// booked says that the bookkeeping system has an order.
type booked struct {
	Status  string `json:"status" example:"SUCCESS"`
	OrderID int64  `json:"orderId"`
}

// Plain is an answer of the seed's form.
func (b booked) Plain() string { return fmt.Sprintf("order %d is in the books", b.OrderID) }

func (s *Service) postFinance(ctx context.Context, in *financeInput) (*financeOutput, error) {
	d := in.Body.Detail
	if err := s.BookOrder(ctx, int64(d.OrderID), d.TotalPrice, d.Currency); err != nil {
		return nil, err
	}
	return &financeOutput{booked{"SUCCESS", int64(d.OrderID)}}, nil
}
