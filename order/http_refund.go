package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/payments"
)

// refundRoutes adds the routes with which operators give money back.
func (s *Service) refundRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "refundOrder", Method: "POST", Path: "/refundOrder", Summary: "Give money of an order back, whole or in part",
		Description: "By amount, or by lines: what was paid for so many pieces. The order stays as it is; to call it off, cancel it. The refunds of an order never exceed what was paid. Above an amount that the rules set, a second operator must approve.",
		Errors:      []int{400, 404, 409, 422, 503},
	}, s.postRefundOrder)
	huma.Register(api, huma.Operation{
		OperationID: "approveRefund", Method: "POST", Path: "/approveRefund", Summary: "Approve a refund that another operator has asked for",
		Description: "Then the provider is asked.", Errors: []int{400, 404, 409, 503},
	}, s.postApproveRefund)
	huma.Register(api, huma.Operation{
		OperationID: "refuseRefund", Method: "POST", Path: "/refuseRefund", Summary: "Refuse a refund that waits for a second operator, or withdraw one's own",
		Description: "Nothing is given back, and the customer is not told. What it was to give back can be given back otherwise.", Errors: []int{400, 404, 409, 503},
	}, s.postRefuseRefund)
}

type refundOrderInput struct {
	Body struct {
		_        struct{}       `additionalProperties:"true"`
		OrderID  int64          `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
		Amount   int64          `json:"amount,omitempty" doc:"How much, in minor units of the order's currency; missing with lines" example:"1000"`
		Currency money.Currency `json:"currency,omitempty" maxLength:"10" doc:"ISO 4217; missing for the order's own, and any other is refused" example:"USD"`
		Lines    []refundLine   `json:"lines,omitempty" maxItems:"300" doc:"The pieces whose price is given back, in place of an amount"`
		Reason   string         `json:"reason" maxLength:"800" doc:"Why, in at most 200 characters; the customer is told"`
		Key      string         `json:"key,omitempty" maxLength:"100" doc:"The same request under the same key is one refund; missing: each is another one"`
	}
}

type refundLine struct {
	SKU      string `json:"sku" maxLength:"100" example:"LB001"`
	Quantity int64  `json:"quantity" doc:"How many pieces"`
}

type approveRefundInput struct {
	Body struct {
		_       struct{} `additionalProperties:"true"`
		OrderID int64    `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
		Number  int      `json:"number" minimum:"1" maximum:"1000" doc:"The refund's number"`
	}
}

type refuseRefundInput struct {
	Body struct {
		_       struct{} `additionalProperties:"true"`
		OrderID int64    `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
		Number  int      `json:"number" minimum:"1" maximum:"1000" doc:"The refund's number"`
		Reason  string   `json:"reason" maxLength:"800" doc:"Why, in at most 200 characters, for operators"`
	}
}

// askedRefund is a refund as who asked for it sees it.
type askedRefund struct {
	Status    string               `json:"status" example:"SUCCESS"`
	OrderID   int64                `json:"orderId"`
	Number    int                  `json:"number" doc:"The refund's number: 1 for the first of the order"`
	Amount    int64                `json:"amount" doc:"Minor units of the currency"`
	Currency  money.Currency       `json:"currency"`
	State     payments.RefundState `json:"state" enum:"pending,done,failed,withdrawn,refused" doc:"pending: the shop asks the provider until it has paid out; withdrawn and refused: it is not asked"`
	Reference string               `json:"reference,omitempty" doc:"The provider's own"`
	Waits     string               `json:"waits,omitempty" example:"asked for by ann, waits for a second person" doc:"Of a refund that two must want, before the second has approved it"`
}

type refundOutput struct{ Body askedRefund }

func askedFor(o Order, r Refund, err error) (*refundOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &refundOutput{askedRefund{Status: "SUCCESS", OrderID: o.ID, Number: r.Number, Amount: r.Amount, Currency: o.Total.Currency, State: r.State, Reference: r.Reference}}
	if r.WaitsForSecond() {
		out.Body.Waits = "asked for by " + r.By + ", waits for a second person"
	}
	return out, nil
}

func (s *Service) postRefundOrder(ctx context.Context, in *refundOrderInput) (*refundOutput, error) {
	b := &in.Body
	w := RefundWish{OrderID: b.OrderID, Amount: money.Amount{Minor: b.Amount, Currency: b.Currency}, Reason: b.Reason, By: s.WhoAsks(ctx), Key: b.Key}
	w.Products = itemsOf(b.Lines)
	return askedFor(s.Refund(ctx, w))
}

// itemsOf are the pieces as they were named; event.Items.Add would add them up.
func itemsOf(lines []refundLine) (items event.Items) {
	for _, l := range lines {
		items = append(items, event.Item{SKU: l.SKU, Quantity: l.Quantity})
	}
	return items
}

func (s *Service) postApproveRefund(ctx context.Context, in *approveRefundInput) (*refundOutput, error) {
	return askedFor(s.ApproveRefund(ctx, in.Body.OrderID, in.Body.Number, s.WhoAsks(ctx)))
}

func (s *Service) postRefuseRefund(ctx context.Context, in *refuseRefundInput) (*refundOutput, error) {
	return askedFor(s.RefuseRefund(ctx, in.Body.OrderID, in.Body.Number, s.WhoAsks(ctx), in.Body.Reason))
}

// WhoAsks is the name of the operator who asks; "" when no one is known by name.
func (s *Service) WhoAsks(ctx context.Context) string {
	if s.Who == nil {
		return ""
	}
	return s.Who(ctx)
}
