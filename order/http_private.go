package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/fault"
)

// PrivateRoutes adds the routes for operators and for clients of the seed's inner services.
func (s *Service) PrivateRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "placeOrder", Method: "POST", Path: "/placeOrder", Summary: "Put an order into the order book",
		Description: "With an orderId: an order that was created. Without: a new order, which is checked, priced and paid as by createOrder, and placed at once.",
		Errors:      []int{400, 402, 404, 409, 422, 503},
	}, s.postPlaceOrder)
	huma.Register(api, huma.Operation{
		OperationID: "updateOrderStatus", Method: "POST", Path: "/updateOrderStatus", Summary: "Move an order along its states",
		Description: "Takes {orderId, status}, or an event: {detail-type: StockCreated or DeliveryBooked, detail: {orderId}}.",
		Errors:      []int{400, 404, 409, 422},
	}, s.postUpdateOrderStatus)
	s.cancelByOperatorRoute(api)
}

type placeOrderInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"255"`
	Body struct {
		Detail placeOrderDetail `json:"detail"`
	}
}

// placeOrderDetail is a draft whose fields may be missing when it names an order.
type placeOrderDetail struct {
	_            struct{}          `additionalProperties:"true"`
	OrderID      int64             `json:"orderId,omitempty" minimum:"1" maximum:"2147483647" doc:"An order that was created; the other fields are then not needed"`
	Name         string            `json:"name,omitempty" maxLength:"200"`
	Email        string            `json:"email,omitempty" maxLength:"254"`
	Phone        string            `json:"phone,omitempty" maxLength:"32"`
	Street       string            `json:"street,omitempty" maxLength:"200"`
	City         string            `json:"city,omitempty" maxLength:"100"`
	CustomerType string            `json:"customerType,omitempty"`
	Market       string            `json:"market,omitempty"`
	Products     string            `json:"products,omitempty" maxLength:"9900"`
	TotalPrice   int64             `json:"totalPrice,omitempty" minimum:"0" maximum:"2147483647"`
	TestID       int64             `json:"testId,omitempty" minimum:"0" maximum:"2147483647"`
	OrgNumber    OrgNumber         `json:"orgNumber,omitempty"`
	Codes        []string          `json:"codes,omitempty" maxItems:"10"`
	Details      map[string]string `json:"details,omitempty"`
}

func (d placeOrderDetail) draft() Draft {
	return Draft{
		Name: d.Name, Email: d.Email, Phone: d.Phone, Street: d.Street, City: d.City, CustomerType: d.CustomerType,
		Market: d.Market, Products: d.Products, TotalPrice: d.TotalPrice, TestID: d.TestID, OrgNumber: d.OrgNumber,
		Codes: d.Codes, Details: d.Details,
	}
}

// statusOutput answers with where the order is now.
type statusOutput struct {
	Body struct {
		Status      string `json:"status" example:"SUCCESS"`
		OrderID     int64  `json:"orderId"`
		OrderStatus Status `json:"orderStatus"`
	}
}

func answer(o Order, err error) (*statusOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &statusOutput{}
	out.Body.Status, out.Body.OrderID, out.Body.OrderStatus = "SUCCESS", o.ID, o.Status
	return out, nil
}

func (s *Service) postPlaceOrder(ctx context.Context, in *placeOrderInput) (*statusOutput, error) {
	if id := in.Body.Detail.OrderID; id != 0 {
		return answer(s.UpdateOrderStatus(ctx, id, Placed))
	}
	return answer(s.PlaceNewOrder(ctx, in.Body.Detail.draft(), in.Key))
}

type updateOrderStatusInput struct {
	Body struct {
		_          struct{}            `additionalProperties:"true"`
		OrderID    int64               `json:"orderId,omitempty" minimum:"1" maximum:"2147483647" doc:"The order's number"`
		Status     Status              `json:"status,omitempty" doc:"The wished status"`
		DetailType string              `json:"detail-type,omitempty" doc:"The event that is the reason"`
		Detail     *orderStatusRequest `json:"detail,omitempty" doc:"The event's order, instead of the fields above"`
	}
}

type orderStatusRequest struct {
	_       struct{} `additionalProperties:"true"`
	OrderID int64    `json:"orderId,omitempty" minimum:"1" maximum:"2147483647" doc:"The order's number"`
	Status  Status   `json:"status,omitempty" doc:"The wished status; that of the event when it is missing"`
}

// reached is the status that an event stands for, as in the seed's UpdateOrderStatus.
var reached = map[string]Status{"StockCreated": Stocked, "DeliveryBooked": DeliveryBooked}

func (s *Service) postUpdateOrderStatus(ctx context.Context, in *updateOrderStatusInput) (*statusOutput, error) {
	wish := orderStatusRequest{OrderID: in.Body.OrderID, Status: in.Body.Status}
	if in.Body.Detail != nil {
		wish = *in.Body.Detail
	}
	if wish.Status == "" {
		wish.Status = reached[in.Body.DetailType]
	}
	switch {
	case wish.OrderID == 0:
		return nil, fault.InvalidField("orderId", "must be the number of an order")
	case !wish.Status.Known():
		return nil, fault.InvalidField("status", "must be one of %v", sortedKeys(next))
	}
	return answer(s.UpdateOrderStatus(ctx, wish.OrderID, wish.Status))
}
