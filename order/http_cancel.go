package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
)

// cancelRoute adds the route with which a customer cancels an order.
func (s *Service) cancelRoute(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "cancelOrder", Method: "POST", Path: "/cancelOrder", Summary: "Cancel an order",
		Description: "Needs the key from the order's tracking link. Money that was paid is given back; an order that is not paid yet ends as PAYMENT_DECLINED. Once a delivery time is booked, possible until the cut-off that the rules have; its slot is then free again.",
		Errors:      []int{400, 401, 404, 409, 503},
	}, s.postCancelOrder)
}

// cancelByOperatorRoute adds the route with which an operator cancels an order.
func (s *Service) cancelByOperatorRoute(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "cancelOrder", Method: "POST", Path: "/cancelOrder", Summary: "Cancel an order",
		Description: "Money that was paid is given back; an order that is not paid yet ends as PAYMENT_DECLINED. Once a delivery time is booked, possible until the cut-off that the rules have; its slot is then free again.",
		Errors:      []int{400, 404, 409, 503},
	}, s.postCancelByOperator)
}

type cancelOrderInput struct {
	Body struct {
		_   struct{} `additionalProperties:"true"`
		Key string   `json:"key" maxLength:"100" doc:"The key from the tracking link"`
	}
}

type cancelOrderOutput struct{ Body moved }

func cancelled(o Order, err error) (*cancelOrderOutput, error) {
	if err != nil {
		return nil, err
	}
	return &cancelOrderOutput{movedTo(o)}, nil
}

func (s *Service) postCancelOrder(ctx context.Context, in *cancelOrderInput) (*cancelOrderOutput, error) {
	o, err := s.opened(ctx, in.Body.Key)
	if err != nil {
		return nil, err
	}
	if o.Terms.Imported != nil {
		return nil, fault.New(fault.Conflict, "another system took this order and its money, which this shop cannot give back by itself; ask its staff to cancel it")
	}
	return cancelled(s.cancel(ctx, Move{OrderID: o.ID, To: Cancelled, Reason: ByCustomer}))
}

type cancelByOperatorInput struct {
	Body struct {
		_       struct{} `additionalProperties:"true"`
		OrderID int64    `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
		Reason  string   `json:"reason,omitempty" enum:"customer,operator,out-of-stock,organization-unverified" default:"operator" doc:"Why; the customer is told"`
	}
}

func (s *Service) postCancelByOperator(ctx context.Context, in *cancelByOperatorInput) (*cancelOrderOutput, error) {
	return cancelled(s.CancelOrder(ctx, in.Body.OrderID, in.Body.Reason))
}
