package order

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
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
		Description: "Takes {orderId, transaction: StockCreated or DeliveryBooked}, or {orderId, status}, or an event: {detail-type: StockCreated or DeliveryBooked, detail: {orderId}}.",
		Errors:      []int{400, 404, 409},
	}, s.postUpdateOrderStatus)
	s.cancelByOperatorRoute(api)
	s.refundRoutes(api)
	s.reportRoute(api)
	s.answerRoutes(api)
}

type placeOrderInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"255"`
	Body struct {
		Detail placeOrderDetail `json:"detail"`
	}
}

// placeOrderDetail is a draft whose fields may be missing when it names an order.
type placeOrderDetail struct {
	_       struct{} `additionalProperties:"true"`
	OrderID int64    `json:"orderId,omitempty" minimum:"1" maximum:"2147483647" doc:"An order that was created; the other fields are then not needed"`
	Draft
}

// TransformSchema requires no field.
func (placeOrderDetail) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = nil
	return s
}

// moved is where an order is now.
type moved struct {
	Status      string `json:"status" example:"SUCCESS"`
	OrderID     int64  `json:"orderId"`
	OrderStatus Status `json:"orderStatus"`
}

func movedTo(o Order) moved { return moved{"SUCCESS", o.ID, o.Status} }

// placedOrder is moved as the seed's PlaceOrder answers it.
type placedOrder moved

// Plain is the seed's answer.
func (placedOrder) Plain() string { return "SUCCESS" }

type placeOrderOutput struct{ Body placedOrder }

func (s *Service) postPlaceOrder(ctx context.Context, in *placeOrderInput) (*placeOrderOutput, error) {
	o, err := s.placeByHand(ctx, in)
	if err != nil {
		return nil, err
	}
	return &placeOrderOutput{placedOrder(movedTo(o))}, nil
}

func (s *Service) placeByHand(ctx context.Context, in *placeOrderInput) (Order, error) {
	if id := in.Body.Detail.OrderID; id != 0 {
		return s.UpdateOrderStatus(ctx, id, Placed)
	}
	return s.PlaceNewOrder(ctx, in.Body.Detail.Draft, in.Key)
}

// updatedOrder is moved as the seed's UpdateOrderStatus answers it: with a string.
type updatedOrder moved

// Plain is an answer of the seed's form.
func (u updatedOrder) Plain() string { return fmt.Sprintf("order %d is %s", u.OrderID, u.OrderStatus) }

type updateOrderStatusOutput struct{ Body updatedOrder }

type updateOrderStatusInput struct {
	Body struct {
		_           struct{}            `additionalProperties:"true"`
		OrderID     ref.Number          `json:"orderId,omitempty" doc:"The order's number"`
		Transaction event.Type          `json:"transaction,omitempty" doc:"What has happened: StockCreated, and the order is STOCKED, or DeliveryBooked, and it is DELIVERY_BOOKED"`
		Status      Status              `json:"status,omitempty" doc:"The wished status, instead of a transaction"`
		DetailType  event.Type          `json:"detail-type,omitempty" doc:"The event that is the reason"`
		Detail      *orderStatusRequest `json:"detail,omitempty" doc:"The event's order, instead of the fields above"`
	}
}

type orderStatusRequest struct {
	_       struct{}   `additionalProperties:"true"`
	OrderID ref.Number `json:"orderId,omitempty" doc:"The order's number"`
	Status  Status     `json:"status,omitempty" doc:"The wished status; that of the event when it is missing"`
}

// reached is the status that an event stands for, as in the seed's UpdateOrderStatus.
var reached = map[event.Type]Status{event.TypeStockCreated: Stocked, event.TypeDeliveryBooked: DeliveryBooked}

func (s *Service) postUpdateOrderStatus(ctx context.Context, in *updateOrderStatusInput) (*updateOrderStatusOutput, error) {
	wish, err := in.wish()
	if err != nil {
		return nil, err
	}
	o, err := s.UpdateOrderStatus(ctx, int64(wish.OrderID), wish.Status)
	if err != nil {
		return nil, err
	}
	return &updateOrderStatusOutput{updatedOrder(movedTo(o))}, nil
}

// wish is which order is to get which status, in whichever form that is asked for.
func (in *updateOrderStatusInput) wish() (orderStatusRequest, error) {
	b := &in.Body
	wish, by := orderStatusRequest{OrderID: b.OrderID, Status: b.Status}, reached[b.DetailType]
	if b.Detail != nil {
		wish = *b.Detail
	}
	if b.Transaction != "" {
		by = reached[b.Transaction]
		if by == "" || wish.Status != "" && wish.Status != by {
			return wish, fault.InvalidField("transaction", "must be one of %v, and fit the status where there is one", sortedKeys(reached))
		}
	}
	if wish.Status == "" {
		wish.Status = by
	}
	switch {
	case wish.OrderID == 0:
		return wish, fault.InvalidField("orderId", "must be the number of an order")
	case !wish.Status.Known():
		return wish, fault.InvalidField("status", "must be one of %v", sortedKeys(next))
	}
	return wish, nil
}
