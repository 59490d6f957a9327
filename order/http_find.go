package order

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/ref"
)

// findRoute adds the route for customers who have lost their links.
func (s *Service) findRoute(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "findOrder", Method: "POST", Path: "/findOrder", Summary: "Have the links to one's orders mailed again",
		Description: "Sends the latest mail of the last orders of a mail address again, to that address, with new links. The answer is always the " +
			"same, so that no one learns whether an address has orders. Mails for one address are sent once in some minutes.",
		Errors: []int{400, 503}, DefaultStatus: http.StatusAccepted,
	}, s.postFindOrder)
}

type findOrderInput struct {
	Body struct {
		_       struct{}   `additionalProperties:"true"`
		Email   string     `json:"email" maxLength:"254" doc:"The mail address of the orders"`
		OrderID ref.Number `json:"orderId,omitempty" doc:"The number of the order that is looked for; missing: the last ones"`
	}
}

type findOrderOutput struct {
	Body struct {
		Status string `json:"status" example:"SUCCESS" doc:"If there are such orders, their links are sent"`
	}
}

func (s *Service) postFindOrder(ctx context.Context, in *findOrderInput) (*findOrderOutput, error) {
	if _, err := mailaddr.Parse(in.Body.Email); err != nil {
		return nil, fault.InvalidField("email", "must be a mail address")
	}
	if s.Find == nil {
		return nil, fault.New(fault.Unavailable, "orders cannot be looked for here")
	}
	if err := s.Find(ctx, in.Body.Email, int64(in.Body.OrderID)); err != nil {
		return nil, err
	}
	out := &findOrderOutput{}
	out.Body.Status = "SUCCESS"
	return out, nil
}
