package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// PublicRoutes adds the routes that customers call.
func (s *Service) PublicRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "createOrder", Method: "POST", Path: "/createOrder", Summary: "Order plants",
		Description: "Checks, prices and stores the order and takes its payment. Send an Idempotency-Key: the same key and body get the same answer.",
		Errors:      []int{400, 402, 403, 409, 413, 422, 503},
	}, s.postCreateOrder)
	s.trackingRoutes(api)
	s.cancelRoute(api)
	s.payRoutes(api)
	s.catalogRoutes(api)
	s.quoteRoute(api)
	s.findRoute(api)
	s.complaintRoutes(api)
	s.receiptRoute(api)
}

type createOrderInput struct {
	Key       string `header:"Idempotency-Key" maxLength:"255" doc:"Any text that is new for each order"`
	TestToken string `header:"X-Test-Token" maxLength:"255" doc:"What the shop gives to those who may make test orders"`
	Accept    string `header:"Accept-Language" doc:"The customer's language, where the body has none"`
	Body      Draft
}

type createOrderOutput struct {
	Body struct {
		Status      string `json:"status" example:"SUCCESS"`
		RedirectURL string `json:"redirectUrl" doc:"Where to send the customer: /success, or the page where the order is paid" example:"/success"`
		OrderID     int64  `json:"orderId" doc:"The order's number"`
		TotalPrice  int64  `json:"totalPrice" doc:"The order's price in minor units of the catalog's currency"`
		Currency    string `json:"currency" doc:"The market's, ISO 4217" example:"USD"`
		Amount      int64  `json:"amount" doc:"What was charged or will be invoiced, in minor units of the currency"`
		TrackingURL string `json:"trackingUrl" doc:"The order's own page; who has this link can see the order"`
		Payment     *toPay `json:"payment,omitempty" doc:"What the customer has to do to pay; missing when there is nothing to do"`
	}
}

func (s *Service) postCreateOrder(ctx context.Context, in *createOrderInput) (*createOrderOutput, error) {
	if in.Body.TestID != 0 && s.MayTest != nil {
		if err := s.MayTest(in.TestToken); err != nil {
			return nil, err
		}
	}
	in.Body.Accept = in.Accept
	o, err := s.CreateOrder(ctx, in.Body, in.Key)
	if err != nil {
		return nil, err
	}
	out := &createOrderOutput{}
	out.Body.Status, out.Body.RedirectURL, out.Body.OrderID = "SUCCESS", s.Links.Success(), o.ID
	out.Body.TotalPrice, out.Body.Currency, out.Body.Amount = o.CatalogTotal(), string(o.Total.Currency), o.Total.Minor
	out.Body.TrackingURL = s.tracking(o, o.CreatedAt)
	if p, open := o.Current(); open && o.Status == PaymentPending {
		out.Body.Payment = p.toPay()
		out.Body.RedirectURL = s.toPayAt(o, p)
	}
	return out, nil
}
